"""Payers, their connections and policies."""
