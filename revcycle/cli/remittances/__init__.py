"""Payers' money and the books, at the terminal."""
