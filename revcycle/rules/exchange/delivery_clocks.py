"""By when a quiet queue is looked at again, and a delivery of unknown fate must be proved."""

from datetime import datetime, timedelta

_LOOK_AGAIN = timedelta(days=7)
"""A quiet connection's queue is looked at this often even if no doorbell rings."""
_PROOF = timedelta(days=2)
"""Acknowledgments come within a day or two; what nothing proves by then a person asks the other side about."""


def next_look(at: datetime) -> datetime:
    """Return when a queue that is empty now is looked at again."""
    return at + _LOOK_AGAIN


def proof_due(at: datetime) -> datetime:
    """Return by when a delivery whose fate is unknown now must be proved."""
    return at + _PROOF
