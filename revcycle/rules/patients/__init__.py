"""Judgements on what patients are asked for, when and how."""
