"""The clockwork: turns, the loop, the control socket and the word to systemd."""
