"""Judgements on acknowledgments."""
