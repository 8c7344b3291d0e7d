"""Judgements on claims: edits, dates, order of coverages, what follows an answer."""
