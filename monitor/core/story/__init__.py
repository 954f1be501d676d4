"""Placing: whether an item tells anything that was not told before, and in which story it belongs."""
