"""Effects of what comes in from payers."""
