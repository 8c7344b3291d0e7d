"""How long a claim waits for what no payer's policy dates."""

from datetime import datetime, timedelta

PAYMENT = timedelta(days=30)
"""For money a payer has announced or owes: that of an overturned denial, of a correction, of a corrected claim."""
CROSSOVER = timedelta(days=30)
"""For the next payer's answer to a claim that the payer before forwarded; then we file it ourselves."""
SETTLEMENT = timedelta(days=365)
"""For a patient's share: what nobody has settled for a year is looked at by a person."""
NO_LINE = timedelta(days=5)
"""Until a payer is asked again that no line reached."""
ASKED_IN_VAIN = 4
"""After so many questions that no line carried, a person telephones."""


def payment_due(at: datetime) -> datetime:
    """Return by when an announced payment must be here."""
    return at + PAYMENT


def crossover_due(at: datetime) -> datetime:
    """Return when we file with the next payer ourselves."""
    return at + CROSSOVER


def settlement_due(at: datetime) -> datetime:
    """Return when a person looks at a patient's share that nobody settled."""
    return at + SETTLEMENT


def ask_again_due(at: datetime) -> datetime:
    """Return when a payer that no line reached is asked again."""
    return at + NO_LINE


def asked_in_vain(asked: int) -> bool:
    """Tell whether a person must telephone, after the ``asked``-th question (from 1) that no line carried."""
    return asked % ASKED_IN_VAIN == 0
