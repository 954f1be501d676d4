"""The clockwork: turns, the loop and the word to systemd."""
