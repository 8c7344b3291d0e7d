"""Claim status codes of an 835 (CLP02): as which payer a claim was processed, and whether its money posts.

X12 owns the list; the meanings are ours. A code this table does not know is posted by its amounts alone, and
the payer asked last is taken to have spoken.
"""

from dataclasses import dataclass
from enum import StrEnum

from revcycle.domain.claims.responsibility import Responsibility


class ClaimStatusCode(StrEnum):
    """The values of CLP02."""

    PRIMARY = "1"
    SECONDARY = "2"
    TERTIARY = "3"
    DENIED = "4"
    PRIMARY_FORWARDED = "19"
    SECONDARY_FORWARDED = "20"
    TERTIARY_FORWARDED = "21"
    REVERSAL = "22"
    NOT_OURS_FORWARDED = "23"
    PREDETERMINATION = "25"


@dataclass(frozen=True, slots=True)
class ClaimStatusKind:
    """What one value says.

    ``processed_as`` is the place of the line the payer spoke from, None where it does not say; ``forwarded``
    that the payer sent the claim on to the next one itself; ``posts`` that its amounts go into the books.
    """

    code: ClaimStatusCode
    meaning: str
    processed_as: Responsibility | None = None
    forwarded: bool = False
    posts: bool = True


_C, _R = ClaimStatusCode, Responsibility
_KINDS = (
    ClaimStatusKind(_C.PRIMARY, "processed as primary", _R.PRIMARY),
    ClaimStatusKind(_C.SECONDARY, "processed as secondary", _R.SECONDARY),
    ClaimStatusKind(_C.TERTIARY, "processed as tertiary", _R.TERTIARY),
    ClaimStatusKind(_C.DENIED, "denied"),
    ClaimStatusKind(_C.PRIMARY_FORWARDED, "processed as primary, forwarded", _R.PRIMARY, forwarded=True),
    ClaimStatusKind(
        _C.SECONDARY_FORWARDED, "processed as secondary, forwarded", _R.SECONDARY, forwarded=True
    ),
    ClaimStatusKind(_C.TERTIARY_FORWARDED, "processed as tertiary, forwarded", _R.TERTIARY, forwarded=True),
    ClaimStatusKind(_C.REVERSAL, "an earlier payment is taken back whole"),
    ClaimStatusKind(_C.NOT_OURS_FORWARDED, "forwarded, not this payer's claim", forwarded=True, posts=False),
    ClaimStatusKind(_C.PREDETERMINATION, "predetermination, prices only", posts=False),
)
CLAIM_STATUSES: dict[str, ClaimStatusKind] = {kind.code: kind for kind in _KINDS}
"""Every value we know, by its text: what a payer sends may be another."""

PROCESSED: dict[Responsibility, ClaimStatusCode] = {
    kind.processed_as: kind.code for kind in _KINDS if kind.processed_as and not kind.forwarded
}
"""The value with which a payer in that place of the line answers."""


def claim_status(code: str) -> ClaimStatusKind | None:
    """Return what a value says, or None for one nobody has entered."""
    return CLAIM_STATUSES.get(code)
