"""Dental claims, 837D (005010X224A2)."""
