"""Judgements on payers and connections."""
