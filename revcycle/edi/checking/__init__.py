"""Checks of whole files, and the acknowledgments to send back."""
