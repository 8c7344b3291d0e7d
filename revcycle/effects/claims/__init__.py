"""Effects on claims."""
