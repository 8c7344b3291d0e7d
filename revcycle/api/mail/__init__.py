"""What came in and could not be used, over HTTP."""
