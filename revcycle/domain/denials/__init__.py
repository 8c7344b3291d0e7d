"""Denials and appeals."""
