"""Checks of whole files, and the acknowledgment a receiver owes."""
