"""Edits: what would make a payer reject or deny a claim, by kind of claim."""
