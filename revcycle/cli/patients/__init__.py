"""Guarantors' accounts, at the terminal."""
