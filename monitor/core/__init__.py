"""What we know: values in, values out. No clock, no I/O, no randomness but what is handed in."""
