"""Judgements on money: balancing, matching, posting, reassociation, reversal."""
