"""X12 files as they are, on this machine: nothing is sent and no api is needed."""
