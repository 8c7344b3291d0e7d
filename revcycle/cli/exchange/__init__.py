"""Payers and the lines to them, at the terminal."""
