"""Judgements on denials and appeals."""
