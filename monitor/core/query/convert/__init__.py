"""Queries of other programs, turned into the watch language."""
