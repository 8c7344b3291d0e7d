"""TA1, 999 and 277CA files: find the batch and claims they speak of, keep the answers, tell the claims."""

from datetime import datetime

from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.exchange import submissions
from revcycle.db.exchange.submissions import BatchRow
from revcycle.db.mail import acknowledgments
from revcycle.db.mail.acknowledgments import AcknowledgmentRow
from revcycle.db.work import doorbell
from revcycle.domain.mail.acknowledgment import AcknowledgmentKind, ClaimAcknowledgment
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1

_DIGITS_MAX = 9


def keep_ta1(tx: Tx, connection_id: str, content: bytes, document_id: str, at: datetime) -> None:
    """Keep each TA1 of the file with its batch."""
    for answer in x12_ta1.read_acknowledgments(content):
        number = _control_number(answer.interchange_control_number)
        batch = submissions.batch_by_control_number(tx, connection_id, number)
        code = f"{answer.code}:{answer.note_code}"
        _keep_for_batch(tx, batch, AcknowledgmentKind.INTERCHANGE, answer.accepted, code, document_id, at)


def keep_999(tx: Tx, connection_id: str, content: bytes, document_id: str, at: datetime) -> None:
    """Keep each 999 of the file with its batch: we give group and interchange the same number."""
    for answer in x12_999.read_acknowledgments(content):
        number = _control_number(answer.group_control_number)
        batch = submissions.batch_by_control_number(tx, connection_id, number)
        accepted = answer.code in ("A", "E") and all(t.accepted for t in answer.transactions)
        errors = [e for t in answer.transactions for e in t.errors]
        place = f":{errors[0].segment_id} at {errors[0].segment_position}" if errors else ""
        code = f"{answer.code}{place}"
        _keep_for_batch(tx, batch, AcknowledgmentKind.IMPLEMENTATION, accepted, code, document_id, at)


def keep_277ca(tx: Tx, content: bytes, document_id: str, at: datetime) -> None:
    """Keep each claim's answer and ring its workflow; an answer for no claim of ours is passed over."""
    for answer in x12_277ca.read_acknowledgments(content):
        row = claims.by_control_number(tx, answer.patient_control_number)
        if row is not None:
            _keep_for_claim(tx, row.claim_id, answer, document_id, at)


def _control_number(text: str) -> int:
    """Read ISA13 or GS06: at most nine digits. Raises ValueError."""
    if len(text) > _DIGITS_MAX:
        raise ValueError("a control number has at most nine digits")
    return int(text)


def _keep_for_batch(
    tx: Tx,
    batch: BatchRow | None,
    kind: AcknowledgmentKind,
    accepted: bool,
    code: str,
    document_id: str,
    at: datetime,
) -> None:
    if batch is None:
        raise LookupError("an acknowledgment for no batch of ours")
    submissions.set_batch_state(tx, batch.batch_id, submissions.SENT, batch.receipt, at)
    row = AcknowledgmentRow(kind, batch.batch_id, "", accepted, code, "", document_id, at)
    number = acknowledgments.record(tx, row)
    if not accepted:
        for claim_id in submissions.claims_of_batch(tx, batch.batch_id):
            _tell(tx, claim_id, number, at)


def _keep_for_claim(
    tx: Tx, claim_id: str, answer: ClaimAcknowledgment, document_id: str, at: datetime
) -> None:
    sent = submissions.batches_of_claim(tx, claim_id)
    batch_id = sent[-1].batch_id if sent else ""
    if batch_id:
        submissions.set_batch_state(tx, batch_id, submissions.SENT, sent[-1].receipt, at)
    code = ":".join(part for part in (answer.category_code, answer.status_code, answer.entity_code) if part)
    row = AcknowledgmentRow(
        AcknowledgmentKind.CLAIM,
        batch_id,
        claim_id,
        answer.accepted,
        code,
        answer.payer_claim_control_number,
        document_id,
        at,
    )
    _tell(tx, claim_id, acknowledgments.record(tx, row), at)


def _tell(tx: Tx, claim_id: str, acknowledgment_id: int, at: datetime) -> None:
    doorbell.tell_running(tx, subjects.claim(claim_id), News.ACKNOWLEDGED, str(acknowledgment_id), at)
