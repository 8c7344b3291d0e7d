"""Institutional claims, 837I (005010X223A2)."""
