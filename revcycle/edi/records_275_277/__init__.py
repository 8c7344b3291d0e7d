"""Requests for records, 277, and the records sent, 275 (005010X213, X210; 006020X313, X314)."""
