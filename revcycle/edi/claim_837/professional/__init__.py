"""Professional claims, 837P (005010X222A1)."""
