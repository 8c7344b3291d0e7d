"""Prior authorization, 278 (005010X217)."""
