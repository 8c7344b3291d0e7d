"""Denials and appeals over HTTP."""
