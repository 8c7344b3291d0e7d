"""Appeals on their way out: the packet written (letters queue), the packet delivered (payer queue)."""

import asyncio
from pathlib import Path

from temporalio import activity

from revcycle.db.engine import Database, Tx
from revcycle.domain.denials.progress import AppealDelivered
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.work.act import Act
from revcycle.domain.work.position import Position
from revcycle.effects.denials import filing
from revcycle.effects.effect import Door, settle
from revcycle.effects.exchange.mailroom import Mailroom
from revcycle.payers.gateway import AppealFiling, Delivery
from revcycle.payers.switchboard import Switchboard


class AppealLetterActivities(Door):
    """Writes packets."""

    @activity.defn
    def write_appeal(self, act: Act, appeal_id: str) -> tuple[str, Position | None]:
        """Write the letter with its exhibits; return the packet's document id, or an empty text.

        Empty: it could not be written; the appeal's ``problem`` says why. Writing again replaces a packet
        that was not filed.
        """
        with self._db.read() as tx:
            drafted = filing.draft_packet(tx, appeal_id, act.at)
        packet = filing.print_packet(drafted)
        return settle(self._db, act, str, lambda tx: filing.keep_packet(tx, act, appeal_id, packet))


class AppealFilingActivities(Door):
    """Delivers packets."""

    def __init__(self, db: Database, switchboard: Switchboard, mail_drop: Path) -> None:
        super().__init__(db)
        self._switchboard = switchboard
        self._mailroom = Mailroom(db, mail_drop)

    @activity.defn
    async def deliver_appeal(
        self, act: Act, appeal_id: str, again: bool
    ) -> tuple[AppealDelivered, Position | None]:
        """Deliver the packet. The appeal id is the idempotency key: delivering it twice files it once.

        ``again``: without a receipt it is delivered once more.
        """
        packet, connection_id = await asyncio.to_thread(self._load, appeal_id)
        delivery = Delivery(DeliveryOutcome.SENT, reason="filed before")
        if packet is not None:
            delivery = await self._switchboard.of(connection_id).gateway.file_appeal(packet, act.at)

        def keep(tx: Tx) -> AppealDelivered:
            return filing.settle_delivery(tx, act, appeal_id, delivery, again, self._mailroom)

        return await asyncio.to_thread(settle, self._db, act, AppealDelivered, keep)

    def _load(self, appeal_id: str) -> tuple[AppealFiling | None, str]:
        with self._db.read() as tx:
            return filing.load_filing(tx, appeal_id)
