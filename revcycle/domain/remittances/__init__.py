"""What payers pay and say of it, and the bank's deposits."""
