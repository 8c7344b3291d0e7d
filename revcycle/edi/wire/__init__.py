"""Bytes, segments and envelopes, the same for every transaction set."""
