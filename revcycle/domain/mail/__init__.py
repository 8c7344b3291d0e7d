"""What payers send about claims before they pay: acknowledgments and requests for records."""
