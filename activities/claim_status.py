"""Claim status: ask a silent payer what has become of a claim (276/277)."""

import asyncio

from temporalio import activity

from revcycle.db.engine import Database, Tx
from revcycle.db.sequences import Numbers
from revcycle.domain.claims.progress import StatusAsked
from revcycle.domain.work.act import Act
from revcycle.domain.work.position import Position
from revcycle.effects.claims import status
from revcycle.effects.claims.coverage import REAL_TIME_NUMBERS
from revcycle.effects.claims.status import StatusQuestion
from revcycle.effects.effect import Door, settle
from revcycle.payers.switchboard import Switchboard


class ClaimStatusActivities(Door):
    """Asks through the payer connection; keeps answer and judgement."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        super().__init__(db)
        self._switchboard = switchboard
        self._numbers = Numbers(db, REAL_TIME_NUMBERS)

    @activity.defn
    async def ask_claim_status(
        self, act: Act, claim_id: str, asked: int
    ) -> tuple[StatusAsked, Position | None]:
        """Ask for the ``asked``-th time (from 1). Raises PayerUnavailable for Temporal to retry."""
        question = await asyncio.to_thread(self._question, act, claim_id)
        answer = await question.connection.gateway.ask(question.data, act.at)
        return await asyncio.to_thread(self._settle, act, claim_id, asked, answer)

    def _question(self, act: Act, claim_id: str) -> StatusQuestion:
        number = self._numbers.take()
        with self._db.read() as tx:
            return status.question(tx, act, claim_id, number, self._switchboard)

    def _settle(
        self, act: Act, claim_id: str, asked: int, answer: bytes
    ) -> tuple[StatusAsked, Position | None]:
        def judge(tx: Tx) -> StatusAsked:
            return status.judge(tx, act, claim_id, asked, answer)

        return settle(self._db, act, StatusAsked, judge)
