"""Claim status: ask a silent payer what has become of a claim (276/277)."""

import asyncio
from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.sequences import Numbers
from revcycle.domain.claims.claim_status import StatusInquiry
from revcycle.domain.claims.progress import StatusAsked
from revcycle.edi.claim_status_276_277 import x12_276
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.effects.claims import status
from revcycle.effects.claims.coverage import REAL_TIME_NUMBERS
from revcycle.effects.exchange.routing import reached, way_of_inquiry
from revcycle.payers.switchboard import Connection, Switchboard


class ClaimStatusActivities:
    """Asks through the payer connection; keeps answer and judgement."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        self._db = db
        self._switchboard = switchboard
        self._numbers = Numbers(db, REAL_TIME_NUMBERS)

    @activity.defn
    async def ask_claim_status(self, claim_id: str, asked: int, key: str, at: datetime) -> StatusAsked:
        """Ask for the ``asked``-th time (from 1). Raises PayerUnavailable for Temporal to retry."""
        connection, question = await asyncio.to_thread(self._question, claim_id, at)
        answer = await connection.gateway.ask(question, at)
        return await asyncio.to_thread(self._keep, claim_id, asked, key, answer, at)

    def _question(self, claim_id: str, at: datetime) -> tuple[Connection, bytes]:
        number = self._numbers.take()
        with self._db.read() as tx:
            row, claim = claims.load(tx, claim_id), claims.facts(tx, claim_id)
            coverage = claim.coverage(row.responsibility)
            assert coverage is not None, "a claim is asked of a coverage it has"
            way = way_of_inquiry(tx, row, coverage, "276", self._switchboard.ids)
        connection = reached(self._switchboard, way)
        dependent = claim.patient if coverage.relationship_code != "18" else None
        inquiry = StatusInquiry(
            payer_id=way.payer_id,
            payer_name=coverage.payer_name,
            provider_npi=claim.billing_provider.npi,
            provider_name=claim.billing_provider.last_or_organization_name,
            patient_control_number=claim.patient_control_number,
            member_id=coverage.member_id,
            last_name=coverage.subscriber.last_name,
            first_name=coverage.subscriber.first_name,
            birth_date=coverage.subscriber.birth_date,
            sex=coverage.subscriber.sex,
            charge_cents=claim.charge_cents,
            service_date=claim.service_date_from,
            trace_number=f"{number:09d}",
            payer_claim_control_number=row.payer_claim_control_number,
            dependent_last_name=dependent.last_name if dependent else "",
            dependent_first_name=dependent.first_name if dependent else "",
            dependent_birth_date=dependent.birth_date if dependent else None,
        )
        submitter = Party(inquiry.provider_name, connection.sender_id)
        envelope = Envelope(connection.sender_id, connection.receiver_id, number, at)
        return connection, x12_276.write_inquiry(envelope, submitter, inquiry)

    def _keep(self, claim_id: str, asked: int, key: str, data: bytes, at: datetime) -> StatusAsked:
        with self._db.write() as tx:
            return once.once(tx, key, StatusAsked, lambda: status.judge(tx, claim_id, asked, key, data, at))
