"""Claims: what was done, for whom, by whom, and who is asked to pay."""
