"""Contacts with a guarantor: each letter sent, each call made. What was not recorded did not happen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ContactKind(StrEnum):
    """What we said. The letters are named as in the catalog of letters."""

    STATEMENT = "statement"
    REMINDER = "reminder"
    PAST_DUE = "past_due"
    FINAL_NOTICE = "final_notice"
    PLAN_AGREEMENT = "plan_agreement"
    PLAN_BROKEN = "plan_broken"
    CHARITY_DECISION = "charity_decision"
    DISPUTE_ANSWER = "dispute_answer"
    CALL = "call"


ASKS_FOR_MONEY = frozenset(
    {
        ContactKind.STATEMENT,
        ContactKind.REMINDER,
        ContactKind.PAST_DUE,
        ContactKind.FINAL_NOTICE,
        ContactKind.PLAN_BROKEN,
        ContactKind.CALL,
    }
)
"""The rest answers something the patient asked of us."""


class Channel(StrEnum):
    """How we reached them."""

    MAIL = "mail"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact, without identity. ``reference`` is a letter's id, or how a call went (``no_answer``)."""

    kind: ContactKind
    channel: Channel
    occurred_at: datetime
    reference: str
    actor: str
