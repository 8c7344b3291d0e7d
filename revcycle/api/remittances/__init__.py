"""Remittances over HTTP."""
