"""The bank's files of deposits."""
