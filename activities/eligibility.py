"""Eligibility: ask the payer whether the coverage was active on the day of service (270/271)."""

import asyncio

from temporalio import activity

from revcycle.db.engine import Database, Tx
from revcycle.db.sequences import Numbers
from revcycle.domain.claims.progress import CoverageChecked
from revcycle.domain.work.act import Act
from revcycle.effects.claims import coverage
from revcycle.effects.claims.coverage import CoverageQuestion
from revcycle.effects.effect import Door, settle
from revcycle.payers.switchboard import Switchboard


class EligibilityActivities(Door):
    """Asks through the payer connection; keeps question, answer and judgement."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        super().__init__(db)
        self._switchboard = switchboard
        self._numbers = Numbers(db, coverage.REAL_TIME_NUMBERS)

    @activity.defn
    async def check_eligibility(self, act: Act, claim_id: str) -> CoverageChecked:
        """Check the coverage now asked to pay. Raises PayerUnavailable for Temporal to retry."""
        question = await asyncio.to_thread(self._question, act, claim_id)
        answer = await question.connection.gateway.ask(question.data, act.at)
        return await asyncio.to_thread(self._settle, act, claim_id, question, answer)

    def _question(self, act: Act, claim_id: str) -> CoverageQuestion:
        number = self._numbers.take()
        with self._db.read() as tx:
            return coverage.question(tx, act, claim_id, number, self._switchboard)

    def _settle(self, act: Act, claim_id: str, question: CoverageQuestion, answer: bytes) -> CoverageChecked:
        def judge(tx: Tx) -> CoverageChecked:
            return coverage.judge(tx, act, claim_id, question.inquiry, answer)

        checked, _ = settle(self._db, act, CoverageChecked, judge)  # the coverage moves no claim
        return checked
