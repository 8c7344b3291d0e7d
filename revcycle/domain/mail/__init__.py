"""Payers' messages about claims before payment: acknowledgments and requests for records."""
