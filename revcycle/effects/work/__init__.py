"""Effects on tasks and news."""
