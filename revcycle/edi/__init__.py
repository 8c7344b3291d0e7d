"""Text and facts: one module per X12 implementation guide, named for it. No judgement, no I/O."""
