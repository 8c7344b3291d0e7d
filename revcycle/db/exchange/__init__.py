"""Stores of payers, connections and what goes out to them."""
