"""What you asked for: a TOML file becomes Settings, or all of its problems with line and column."""
