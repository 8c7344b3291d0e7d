"""Stores of remittances and deposits."""
