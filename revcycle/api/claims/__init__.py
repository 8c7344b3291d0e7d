"""Claims over HTTP: take in, find, show, correct, send again, ask about coverage."""
