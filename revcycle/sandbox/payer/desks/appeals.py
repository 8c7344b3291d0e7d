"""Appeals: received with a document, decided weeks later as the script says, paid when overturned."""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import date, datetime

from revcycle.domain.calendar import add_business_days
from revcycle.sandbox.payer import timing
from revcycle.sandbox.payer.adjudication import pay
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims
from revcycle.sandbox.payer.mailbox import Mailbox
from revcycle.sandbox.payer.payment_run import PaymentRuns
from revcycle.sandbox.payer.script import OVERTURNED, UPHELD, Behaviour, PayerScript


class UnreadableAppeal(ValueError):
    """The request lacks a field, its document is empty, or no claim of that number was ever accepted."""


@dataclass(frozen=True, slots=True)
class AppealRequest:
    """What is asked: the claim by the payer's number (or the sender's), the level from 1, and the kind."""

    appeal_key: str
    patient_control_number: str
    payer_claim_control_number: str
    level: int
    kind: str
    document: bytes


def read_appeal(body: bytes) -> AppealRequest:
    """Read the JSON of POST /appeals. Raises UnreadableAppeal."""
    try:
        told = json.loads(body)
        request = AppealRequest(
            appeal_key=str(told["appeal_key"]),
            patient_control_number=str(told.get("patient_control_number", "")),
            payer_claim_control_number=str(told.get("payer_claim_control_number", "")),
            level=int(told["level"]),
            kind=str(told["kind"]),
            document=base64.b64decode(told["document_base64"], validate=True),
        )
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as broken:
        raise UnreadableAppeal("appeal_key, level, kind and document_base64 are needed") from broken
    if not request.document:
        raise UnreadableAppeal("the document is empty")
    return request


class Appeals:
    """The appeals desk."""

    def __init__(
        self, book: Book, claims: Claims, mailbox: Mailbox, runs: PaymentRuns, script: PayerScript
    ) -> None:
        """Work on the open book with the payer's script."""
        self._book = book
        self._claims = claims
        self._mailbox = mailbox
        self._runs = runs
        self._script = script

    def take(self, request: AppealRequest, now: datetime) -> None:
        """Keep the appeal until it is decided. Raises UnreadableAppeal for a claim never accepted."""
        kept = self._claims.by_control_number(request.payer_claim_control_number)
        kept = kept or self._claims.by_patient_control_number(request.patient_control_number)
        if kept is None:
            raise UnreadableAppeal("no claim with that control number was accepted")
        behaviour = self._script.behaviour(kept.claim.key)
        decision = _decision(behaviour, request)
        decide_on = timing.decision_day(self._script, request.appeal_key, now.date())
        self._book.sql.execute(
            "insert or ignore into appeal (appeal_key, control_number, decide_on, decision, reason_code)"
            " values (?, ?, ?, ?, ?)",
            (
                request.appeal_key,
                kept.claim.control_number,
                decide_on.isoformat(),
                decision,
                behaviour.denial_code or kept.claim.held_for,
            ),
        )

    def next_decision(self) -> date | None:
        """Return the day of the earliest decision not yet sent."""
        row = self._book.sql.execute("select min(decide_on) from appeal where decided = 0").fetchone()
        return date.fromisoformat(row[0]) if row[0] else None

    def decide(self, day: date) -> None:
        """Send the day's decisions and plan the payments they bring."""
        rows = self._book.sql.execute(
            "select appeal_key, control_number, decision, reason_code from appeal"
            " where decided = 0 and decide_on = ? order by appeal_key",
            (day.isoformat(),),
        ).fetchall()
        for appeal_key, control_number, decision, reason_code in rows:
            letter = {
                "appeal_key": appeal_key,
                "decision": decision,
                "decided_on": day.isoformat(),
                "reason_code": reason_code,
            }
            self._mailbox.put("appeal_decision", timing.decided_at(day), json.dumps(letter).encode())
            self._book.sql.execute("update appeal set decided = 1 where appeal_key = ?", (appeal_key,))
            if decision == OVERTURNED:
                self._pay(control_number, day)

    def _pay(self, control_number: str, day: date) -> None:
        kept = self._claims.by_control_number(control_number)
        if kept is None:
            return
        claim = replace(kept.claim, held_for="")
        percent = self._script.allowed_percent.get(claim.payer_id)
        payment = pay(claim, self._script.behaviour(claim.key), percent)
        self._runs.plan(claim, payment, add_business_days(day, timing.OVERTURNED_PAYS_AFTER_BUSINESS_DAYS))


def _decision(behaviour: Behaviour, request: AppealRequest) -> str:
    if behaviour.appeal_kind and request.kind != behaviour.appeal_kind:
        return UPHELD
    levels = behaviour.appeal_decisions
    return levels[request.level - 1] if 0 < request.level <= len(levels) else UPHELD
