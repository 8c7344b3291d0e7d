"""CAQH CORE connectivity: envelopes, exchanges, TLS."""
