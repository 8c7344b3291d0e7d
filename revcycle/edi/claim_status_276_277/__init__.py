"""Claim status inquiry and answer, 276 and 277 (005010X212)."""
