"""Bytes to items: read in a child process that can be killed, and handed back as bounded plain values."""
