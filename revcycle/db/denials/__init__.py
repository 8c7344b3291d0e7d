"""Stores of denials and appeals."""
