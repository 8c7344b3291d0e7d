"""A clearinghouse with its payers behind it: real X12 over real HTTP, on the clock of whoever calls it."""
