"""Records a payer asks for before it goes on with a claim (277 RFAI): kept, told, put before a person."""

from datetime import datetime

from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.work import doorbell, inbox
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.finding import Finding
from revcycle.domain.mail.attachment_request import AttachmentRequest
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import ClaimStart
from revcycle.edi.records_275_277 import x12_277_rfai as x12_277rfai

_UNKNOWN = "it names no claim of ours"


def keep_requests(tx: Tx, content: bytes, document_id: str, at: datetime) -> tuple[Finding, ...]:
    """Tell each claim of the file what its payer asks for; return the requests that are for no claim of ours."""
    unknown: list[Finding] = []
    for request in x12_277rfai.read_requests(content).facts:
        row = claims.by_control_number(tx, request.patient_control_number)
        if row is None:
            unknown.append(
                Finding("records.no_claim", "REF*EJ", _UNKNOWN, "ask the payer which claim it means")
            )
            continue
        decisions.record(tx, _decision(row.claim_id, request, document_id, at))
        doorbell.tell(tx, ClaimStart(row.claim_id, resume=True), News.RECORDS, document_id, at)
    return tuple(unknown)


def take_request(tx: Tx, claim_id: str, at: datetime) -> str:
    """Return why a person is needed when the payer has asked for records, else an empty text."""
    if not inbox.take(tx, subjects.claim(claim_id), News.RECORDS):
        return ""
    claims.set_stage(tx, claim_id, ClaimStage.PENDING, at)
    return (
        "the payer asks for records before it goes on: see the claim's story, and send them under its number"
    )


def _decision(claim_id: str, request: AttachmentRequest, document_id: str, at: datetime) -> Decision:
    codes = [code for question in request.questions for code in question.loinc_codes]
    asked = ", ".join(dict.fromkeys(codes)) or "not said which"
    due = f", by {request.respond_by}" if request.respond_by else ""
    return Decision(
        key=f"records:{claim_id}:{document_id[:12]}",
        subject=subjects.claim(claim_id),
        rule="payer",
        outcome="records_requested",
        reason=f"The payer asks for records (LOINC {asked}){due}.",
        actor="payer",
        occurred_at=at,
        recorded_at=at,
        facts={"document": document_id[:12]},
    )
