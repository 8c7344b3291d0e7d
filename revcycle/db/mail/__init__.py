"""Stores of what comes in: raw documents, acknowledgments, quarantine."""
