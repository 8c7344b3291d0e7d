"""Payers and the connections to them, over HTTP."""
