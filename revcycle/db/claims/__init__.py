"""Stores of claims."""
