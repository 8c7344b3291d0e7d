"""Appeals on their way out: the packet written, kept, delivered and filed, each in its own step."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from revcycle.db.claims import claims
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import AppealRow
from revcycle.db.engine import Tx
from revcycle.db.mail import documents
from revcycle.db.practice.practices import NoPractice
from revcycle.db.work import clocks
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.denials.progress import AppealDelivered
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.effects.denials.appeal import record
from revcycle.effects.denials.facts import policy_of
from revcycle.effects.denials.packet import Draft, NoDenialOnFile, draft, keep_exhibits
from revcycle.effects.exchange.mailroom import Mailroom
from revcycle.letters.render import RenderFailed, render
from revcycle.letters.values import MissingValue
from revcycle.payers.gateway import AppealFiling, Delivery
from revcycle.rules.denials import appeal as appeal_rule

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet as it was written: the letter with its exhibits, or the ``problem`` that kept it from being written.

    ``filed`` is the id of the packet's document when it went out before: then nothing is written again.
    """

    drafted: Draft | None = None
    content: bytes = b""
    problem: str = ""
    filed: str = ""


def draft_packet(tx: Tx, appeal_id: str, at: datetime) -> Packet:
    """Gather the letter's facts and this claim's exhibits, unless the packet was filed."""
    appeal = appeals.load(tx, appeal_id)
    if appeal.filed_at is not None:
        return Packet(filed=appeal.packet_document_id)
    try:
        return Packet(draft(tx, appeal, at))
    except (MissingValue, NoPractice, NoDenialOnFile) as failure:
        return Packet(problem=str(failure))


def print_packet(packet: Packet) -> Packet:
    """Print the letter with its exhibits. No transaction may be open: printing must not hold the writer."""
    drafted = packet.drafted
    if drafted is None:
        return packet
    try:
        content = render(drafted.kind, drafted.context, enclosures=drafted.enclosures)
    except (MissingValue, RenderFailed) as failure:
        return Packet(problem=str(failure))
    return Packet(drafted, content)


def keep_packet(tx: Tx, act: Act, appeal_id: str, packet: Packet) -> str:
    """Keep the packet in place of one not filed; return its document's id, empty when it could not be written."""
    if packet.filed:
        return packet.filed
    document_id = ""
    if packet.drafted is not None:
        keep_exhibits(tx, appeal_id, packet.drafted, act.at)
        source = f"appeal {appeal_id}"
        document_id = documents.store(tx, "appeal_packet", packet.content, source, act.at, PDF)
    appeals.keep_packet(tx, appeal_id, document_id, packet.problem)
    return document_id


def load_filing(tx: Tx, appeal_id: str) -> tuple[AppealFiling | None, str]:
    """Return the packet as it goes to the payer, None when it was filed before, and the connection to go by.

    The appeal's id is the idempotency key: the payer that gets it twice files it once.
    """
    appeal = appeals.load(tx, appeal_id)
    row = claims.load(tx, appeal.claim_id)
    if appeal.filed_at is not None:
        return None, row.connection_id
    filing = AppealFiling(
        appeal_key=appeal_id,
        patient_control_number=row.patient_control_number,
        payer_claim_control_number=row.payer_claim_control_number,
        level=appeal.level,
        kind=appeal.kind.value,
        document=documents.content(tx, appeal.packet_document_id),
    )
    return filing, row.connection_id


def settle_delivery(
    tx: Tx, act: Act, appeal_id: str, delivery: Delivery, again: bool, mailroom: Mailroom
) -> AppealDelivered:
    """Record what became of a delivery: filed, or without a receipt.

    ``again``: without a receipt it is delivered once more, and the clock of that is armed.
    """
    tx.moved.add(act.subject)
    appeal = appeals.load(tx, appeal_id)
    clocks.meet(tx, act, ClockName.APPEAL_RESEND)
    if delivery.outcome is DeliveryOutcome.SENT:
        if appeal.filed_at is None:
            _file(tx, act, appeal, delivery.receipt)
        mailroom.post(tx, appeal.packet_document_id, f"{appeal.kind.value}-{appeal_id}", act.at)
    elif again:
        due_at = act.at + appeal_rule.RESEND_TIME
        clocks.arm(tx, act, ClockName.APPEAL_RESEND, due_at, subjects.claim(appeal.claim_id))
    return AppealDelivered(delivery.outcome, delivery.reason)


def _file(tx: Tx, act: Act, appeal: AppealRow, receipt: str) -> None:
    """Record that the packet was filed, and arm the clock of the payer's decision."""
    policy = policy_of(tx, denials.load(tx, appeal.denial_id))
    rung = policy.level(appeal.level)
    assert rung is not None, "opened by the same policy"
    due_at = act.at + timedelta(days=rung.decide_days + policy.decision_grace_days)
    appeals.file(tx, appeal.appeal_id, receipt, due_at, act.at)
    clocks.meet(tx, act, ClockName.APPEAL_FILING)
    clocks.arm(tx, act, ClockName.APPEAL_DECISION, due_at, subjects.claim(appeal.claim_id))
    claims.move(tx, act, appeal.claim_id, ClaimStage.APPEALED)
    spare = (appeal.file_by - act.at.date()).days
    where = f"{appeal.level_name} with the {appeal.body}"
    words = f"Filed {where}, {spare} days before our limit; decision due {due_at.date()}."
    facts = {"document": appeal.packet_document_id, "file_by": appeal.file_by.isoformat(), "receipt": receipt}
    record(tx, act, appeal, "filed", words, **facts)
