"""Work for people."""
