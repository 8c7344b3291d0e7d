"""Appeals on their way out: the packet written (letters queue), the packet delivered (payer queue)."""

import asyncio
from datetime import datetime
from pathlib import Path

from temporalio import activity

from revcycle.db.claims import claims
from revcycle.db.denials import appeals
from revcycle.db.denials.appeals import AppealRow
from revcycle.db.engine import Database
from revcycle.db.mail import documents
from revcycle.db.practice.practices import NoPractice
from revcycle.domain.denials.progress import AppealDelivered
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.effects.denials import filing
from revcycle.effects.denials.packet import NoDenialOnFile, collect_exhibits, enclosures_of, letter_for
from revcycle.effects.exchange.mailroom import Mailroom
from revcycle.letters.render import RenderFailed, render
from revcycle.letters.values import MissingValue
from revcycle.payers.gateway import AppealFiling, Delivery
from revcycle.payers.switchboard import Switchboard


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
                document_id = documents.store(
                    tx, "appeal_packet", content, f"appeal {appeal_id}", at, filing.PDF
                )
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
            due_at = appeal.decide_by if appeal.filed_at else filing.filed(tx, appeal, delivery.receipt, at)
            self._mailroom.post(tx, appeal.packet_document_id, f"{appeal.kind.value}-{appeal_id}", at)
            return AppealDelivered(DeliveryOutcome.SENT, "", due_at)
