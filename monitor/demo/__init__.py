"""A recorded day of news, and the server on 127.0.0.1 that plays it."""
