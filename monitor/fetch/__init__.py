"""Bytes in: what to ask of a feed, what its answer means, and the one way out to the network."""
