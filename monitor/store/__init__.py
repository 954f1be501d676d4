"""Memory: what was seen, decided and promised, in SQLite or, for tests and replay, in plain Python."""
