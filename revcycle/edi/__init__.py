"""X12 text to facts and back: a package for each transaction set, named for its guide. No judgement, no I/O."""
