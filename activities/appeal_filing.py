"""Appeals on their way out: the packet written (letters queue), the packet delivered (payer queue)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from temporalio import activity

from activities.appeal import decide_by, decision_clock, filing_clock, record
from activities.appeal_packet import NoDenialOnFile, collect_exhibits, enclosures_of, letter_for
from activities.denial_facts import policy_of
from activities.mailroom import Mailroom
from revcycle.db import appeals, claims, deadlines, denials, documents
from revcycle.db.appeals import AppealRow
from revcycle.db.engine import Database, Tx
from revcycle.db.practices import NoPractice
from revcycle.domain.appeal import AppealState
from revcycle.domain.claim import ClaimStage
from revcycle.letters.render import RenderFailed, render
from revcycle.letters.values import MissingValue
from revcycle.payers.gateway import AppealFiling, Delivery, DeliveryOutcome
from revcycle.payers.switchboard import Switchboard
from revcycle.temporal import names

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class AppealDelivered:
    """What became of a delivery (sent, not_sent, unknown); ``decide_by`` when it was proved sent."""

    outcome: DeliveryOutcome
    reason: str
    decide_by: datetime | None


class AppealLetterActivities:
    """Writes packets."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def write_appeal(self, appeal_id: str, at: datetime) -> str:
        """Write the letter with its exhibits; return the packet's document id, or an empty text.

        Empty: it could not be written; the appeal's ``problem`` says why. Writing again replaces a packet
        that was not filed.
        """
        try:
            with self._db.write() as tx:
                appeal = appeals.load(tx, appeal_id)
                if appeal.filed_at is not None:
                    return appeal.packet_document_id
                enclosed = collect_exhibits(tx, appeal, at)
                kind, context = letter_for(tx, appeal, enclosed, at)
                enclosures = enclosures_of(tx, enclosed)
            content = render(
                kind, context, enclosures=enclosures
            )  # outside: printing must not hold the writer
        except (MissingValue, RenderFailed, NoPractice, NoDenialOnFile) as failure:
            return self._keep(appeal_id, b"", str(failure), at)
        return self._keep(appeal_id, content, "", at)

    def _keep(self, appeal_id: str, content: bytes, problem: str, at: datetime) -> str:
        with self._db.write() as tx:
            document_id = ""
            if content:
                document_id = documents.store(tx, "appeal_packet", content, f"appeal {appeal_id}", at, PDF)
            appeals.change(tx, appeal_id, packet_document_id=document_id, problem=problem)
            return document_id


class AppealFilingActivities:
    """Delivers packets."""

    def __init__(self, db: Database, switchboard: Switchboard, mail_drop: Path) -> None:
        self._db = db
        self._switchboard = switchboard
        self._mailroom = Mailroom(db, mail_drop)

    @activity.defn
    async def deliver_appeal(self, appeal_id: str, at: datetime) -> AppealDelivered:
        """Deliver the packet. The appeal id is the idempotency key: delivering it twice files it once."""
        appeal, filing, connection_id = await asyncio.to_thread(self._load, appeal_id)
        if appeal.filed_at is not None:
            return AppealDelivered(DeliveryOutcome.SENT, "filed before", appeal.decide_by)
        gateway = self._switchboard.of(connection_id).gateway
        delivery = await gateway.file_appeal(filing, at)
        return await asyncio.to_thread(self._settle, appeal_id, delivery, at)

    def _load(self, appeal_id: str) -> tuple[AppealRow, AppealFiling, str]:
        with self._db.read() as tx:
            appeal = appeals.load(tx, appeal_id)
            row = claims.load(tx, appeal.claim_id)
            filing = AppealFiling(
                appeal_key=appeal_id,
                patient_control_number=row.patient_control_number,
                payer_claim_control_number=row.payer_claim_control_number,
                level=appeal.level,
                kind=appeal.kind.value,
                document=documents.content(tx, appeal.packet_document_id),
            )
            return appeal, filing, row.connection_id

    def _settle(self, appeal_id: str, delivery: Delivery, at: datetime) -> AppealDelivered:
        if delivery.outcome is not DeliveryOutcome.SENT:
            return AppealDelivered(delivery.outcome, delivery.reason, None)
        with self._db.write() as tx:
            appeal = appeals.load(tx, appeal_id)
            due_at = appeal.decide_by if appeal.filed_at else _filed(tx, appeal, delivery.receipt, at)
            self._mailroom.post(tx, appeal.packet_document_id, f"{appeal.kind.value}-{appeal_id}", at)
            return AppealDelivered(DeliveryOutcome.SENT, "", due_at)


def _filed(tx: Tx, appeal: AppealRow, receipt: str, at: datetime) -> datetime:
    policy = policy_of(tx, denials.load(tx, appeal.denial_id))
    rung = policy.level(appeal.level)
    assert rung is not None, "opened by the same policy"
    due_at = decide_by(appeal, rung, policy.decision_grace_days, at)
    filed = {"state": AppealState.FILED.value, "filed_at": at, "receipt": receipt, "decide_by": due_at}
    appeals.change(tx, appeal.appeal_id, **filed)
    subject = names.claim(appeal.claim_id)
    deadlines.meet(tx, subject, filing_clock(appeal.level), at)
    deadlines.arm(tx, subject, decision_clock(appeal.level), due_at, at)
    claims.set_stage(tx, appeal.claim_id, ClaimStage.APPEALED, at)
    spare = (appeal.file_by - at.date()).days
    where = f"{appeal.level_name} with the {appeal.body}"
    words = f"Filed {where}, {spare} days before our limit; decision due {due_at.date()}."
    facts = {"document": appeal.packet_document_id, "file_by": appeal.file_by.isoformat(), "receipt": receipt}
    record(tx, appeal, f"filed:{appeal.appeal_id}", "filed", words, "system", at, **facts)
    return due_at
