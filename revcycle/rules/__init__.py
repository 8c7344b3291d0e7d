"""Judgements: facts, policy and a date in; findings, amounts and next steps out. No clock, no I/O."""
