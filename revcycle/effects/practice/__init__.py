"""Effects on the practice: its own rows of policy."""
