"""Stores of accounts and what patients do."""
