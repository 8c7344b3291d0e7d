"""The bank's files of deposits, from text to facts."""
