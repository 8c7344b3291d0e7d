"""Eligibility: ask the payer whether the coverage was active on the day of service (270/271)."""

import asyncio
from dataclasses import replace
from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.sequences import Numbers
from revcycle.domain.claims.eligibility import EligibilityInquiry
from revcycle.domain.claims.progress import CoverageChecked
from revcycle.edi.eligibility_270_271 import x12_270
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.effects.claims import coverage
from revcycle.effects.exchange.routing import reached, way_of_inquiry
from revcycle.payers.switchboard import Connection, Switchboard


class EligibilityActivities:
    """Asks through the payer connection; keeps question, answer and judgement."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        self._db = db
        self._switchboard = switchboard
        self._numbers = Numbers(db, coverage.REAL_TIME_NUMBERS)

    @activity.defn
    async def check_eligibility(self, claim_id: str, key: str, at: datetime) -> CoverageChecked:
        """Check the coverage now asked to pay. Raises PayerUnavailable for Temporal to retry."""
        connection, inquiry, question = await asyncio.to_thread(self._question, claim_id, at)
        answer = await connection.gateway.ask(question, at)
        return await asyncio.to_thread(self._keep, claim_id, key, inquiry, answer, at)

    def _question(self, claim_id: str, at: datetime) -> tuple[Connection, EligibilityInquiry, bytes]:
        number = self._numbers.take()
        with self._db.read() as tx:
            claim, asked = coverage.current(tx, claim_id)
            way = way_of_inquiry(tx, claims.load(tx, claim_id), asked, "270", self._switchboard.ids)
        connection = reached(self._switchboard, way)
        asked = replace(asked, payer_id=way.payer_id)
        inquiry = coverage.inquiry(claim, asked, trace_number=f"{number:09d}")
        envelope = Envelope(connection.sender_id, connection.receiver_id, number, at)
        submitter = Party(claim.billing_provider.last_or_organization_name, claim.billing_provider.npi)
        return connection, inquiry, x12_270.write_inquiry(envelope, submitter, inquiry)

    def _keep(
        self, claim_id: str, key: str, inquiry: EligibilityInquiry, data: bytes, at: datetime
    ) -> CoverageChecked:
        with self._db.write() as tx:
            return once.once(
                tx, key, CoverageChecked, lambda: coverage.judge(tx, claim_id, key, inquiry, data, at)
            )
