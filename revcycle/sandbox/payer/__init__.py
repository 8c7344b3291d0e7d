"""A clearinghouse with its payers: real X12 over real HTTP. Its time is the Date header of the caller."""
