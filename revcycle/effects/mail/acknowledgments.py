"""TA1, 999 and 277CA files: find the batch and claims they speak of, keep the answers, tell the claims."""

from datetime import datetime

from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.exchange import submissions
from revcycle.db.exchange.submissions import BatchRow
from revcycle.db.mail import acknowledgments
from revcycle.db.mail.acknowledgments import AcknowledgmentRow
from revcycle.db.work import doorbell
from revcycle.domain.mail.acknowledgment import (
    AcknowledgmentKind,
    ClaimAcknowledgment,
    ImplementationAcknowledgment,
)
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1

_DIGITS_MAX = 9


def keep_ta1(tx: Tx, connection_id: str, content: bytes, document_id: str, at: datetime) -> None:
    """Keep each TA1 of the file with its batch."""
    for answer in x12_ta1.read_acknowledgments(content):
        number = _control_number(answer.interchange_control_number)
        batch = submissions.batch_by_control_number(tx, connection_id, number)
        said = f"TA105 {answer.note_code}" if answer.note_code.strip("0") else f"TA104 {answer.code}"
        code = f"{answer.code}:the interchange:{said}"
        _keep_for_batch(tx, batch, AcknowledgmentKind.INTERCHANGE, answer.accepted, code, document_id, at)


def keep_999(tx: Tx, connection_id: str, content: bytes, document_id: str, at: datetime) -> None:
    """Keep each 999 of the file with its batch: we give group and interchange the same number."""
    for answer in x12_999.read_acknowledgments(content):
        number = _control_number(answer.group_control_number)
        batch = submissions.batch_by_control_number(tx, connection_id, number)
        accepted = answer.code in ("A", "E") and all(t.accepted for t in answer.transactions)
        code = f"{answer.code}{_first_error(answer)}"
        _keep_for_batch(tx, batch, AcknowledgmentKind.IMPLEMENTATION, accepted, code, document_id, at)


def _first_error(answer: ImplementationAcknowledgment) -> str:
    """Return where the payer's reader stopped and the code it gave: ``:CLM05-3 in segment 21:IK403 7``."""
    for transaction in answer.transactions:
        for error in transaction.errors:
            element = _element(error.element_position)
            code = (
                f"IK403 {error.element_error_code}"
                if error.element_error_code
                else f"IK304 {error.error_code}"
            )
            return f":{error.segment_id}{element} in segment {error.segment_position}:{code}"
        if transaction.error_codes:
            return f":the transaction:IK502 {transaction.error_codes[0]}"
    return f":the group:AK905 {answer.error_codes[0]}" if answer.error_codes else ""


def _element(position: str) -> str:
    """Write IK401 as people name an element: ``5-3`` is ``05-3``."""
    number, dash, part = position.partition("-")
    return f"{int(number):02d}{dash}{part}" if number.isdecimal() else ""


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
