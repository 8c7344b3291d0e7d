"""What key figures and the proof of the book ask of all claims at once: filings, first answers, touches, clocks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from revcycle.db.engine import Tx
from revcycle.db.exchange.submissions import submissions
from revcycle.db.remittances.remittances import PaymentState, remittance_claims
from revcycle.db.work.tasks import tasks
from revcycle.domain.work.task_kinds import TaskKind

_CLAIM = "claim/"


@dataclass(frozen=True, slots=True)
class Filing:
    """How often a claim was sent to its first payer, and when first."""

    times: int
    first_at: datetime


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """What the first remittance said of a claim, over all its claim payments there."""

    at: datetime
    payment_cents: int
    patient_cents: int
    contractual_cents: int
    denied_cents: int
    denial_codes: tuple[str, ...]


def filings(tx: Tx) -> dict[str, Filing]:
    """Return the filings of each claim to its first payer."""
    queued_at = submissions.c.queued_at
    statement = (
        select(submissions.c.claim_id, func.count(), func.min(queued_at, type_=queued_at.type))
        .where(submissions.c.responsibility == "P")
        .group_by(submissions.c.claim_id)
    )
    return {claim_id: Filing(int(times), at) for claim_id, times, at in tx.connection.execute(statement)}


def first_answers(tx: Tx) -> dict[str, FirstAnswer]:
    """Return the first remittance's word on each claim."""
    row = remittance_claims.c
    statement = (
        select(
            row.claim_id,
            row.remittance_id,
            row.posted_at,
            row.payment_cents,
            row.patient_cents,
            row.contractual_cents,
            row.denied_cents,
            row.denial_codes,
        )
        .where(row.state == PaymentState.POSTED.value, row.status_code != "22")
        .order_by(row.posted_at, row.remittance_id, row.position)
    )
    answers: dict[str, FirstAnswer] = {}
    spoke: dict[str, str] = {}
    for one in tx.connection.execute(statement):
        if spoke.setdefault(one.claim_id, one.remittance_id) != one.remittance_id:
            continue
        before = answers.get(one.claim_id, FirstAnswer(one.posted_at, 0, 0, 0, 0, ()))
        answers[one.claim_id] = FirstAnswer(
            at=before.at,
            payment_cents=before.payment_cents + one.payment_cents,
            patient_cents=before.patient_cents + one.patient_cents,
            contractual_cents=before.contractual_cents + one.contractual_cents,
            denied_cents=before.denied_cents + one.denied_cents,
            denial_codes=before.denial_codes + tuple(code for code in one.denial_codes.split(",") if code),
        )
    return answers


def with_task(tx: Tx, kinds: tuple[TaskKind, ...]) -> frozenset[str]:
    """Return the claims that ever had a task of one of the kinds."""
    statement = select(tasks.c.subject).where(tasks.c.kind.in_([kind.value for kind in kinds]))
    subjects = tx.connection.execute(statement).scalars()
    return frozenset(one.removeprefix(_CLAIM) for one in subjects if one.startswith(_CLAIM))
