"""Stores of the practice, its users and the audit chain."""
