"""Wirewatch: a streaming news-alert monitor."""

__version__ = "0.1.0"
