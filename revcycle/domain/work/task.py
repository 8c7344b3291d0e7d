"""Work for a person: what is asked, of which role, until when, and what they may answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskKind(StrEnum):
    """Why a person is needed."""

    FIX_REGISTRATION = "fix_registration"
    FIX_SCRUB_FINDING = "fix_scrub_finding"
    FIX_REJECTION = "fix_rejection"
    FIX_DENIAL = "fix_denial"
    APPROVE_WRITE_OFF = "approve_write_off"
    APPROVE_APPEAL = "approve_appeal"
    APPROVE_CHARITY = "approve_charity"
    APPROVE_REFERRAL = "approve_referral"
    RESOLVE_DISPUTE = "resolve_dispute"
    CALL_PAYER = "call_payer"
    CLASSIFY_DENIAL = "classify_denial"
    MATCH_REMITTANCE = "match_remittance"
    FIND_DEPOSIT = "find_deposit"
    RESOLVE_CREDIT = "resolve_credit"
    PROVE_DELIVERY = "prove_delivery"
    CONNECTION_DOWN = "connection_down"
    REVIEW = "review"


EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """What a workflow asks of a person. ``task_id`` is minted by the asking workflow (``C000001-fix_rejection-1``).

    ``subject`` is ``claim/C000001`` etc.; ``choices`` the answers allowed; ``reason`` plain words without identity;
    ``due_at`` business time; ``owner_role`` and, after expiry, ``escalation_role`` as in access.roles.
    """

    task_id: str
    kind: TaskKind
    subject: str
    reason: str
    choices: tuple[str, ...]
    due_at: datetime
    owner_role: str = "biller"
    escalation_role: str = "manager"
    amount_cents: int = 0


@dataclass(frozen=True, slots=True)
class TaskDecision:
    """A person's answer, or ``EXPIRED``. ``reference`` names a stored row (a correction id), never contents."""

    choice: str
    actor: str
    reference: str = ""
    reason: str = ""

    @property
    def expired(self) -> bool:
        """Nobody answered, not even after escalation."""
        return self.choice == EXPIRED
