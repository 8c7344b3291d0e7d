"""Numbers and stories from the ledger, the decision log and the clocks. Reads only."""
