"""The practice's own: staff, sessions, audit log, settings, at the terminal."""
