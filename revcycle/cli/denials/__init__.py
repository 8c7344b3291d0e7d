"""Denials and appeals, at the terminal."""
