"""The life of one claim as a story: decisions, money and clocks as they happened, each with its reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import groupby

from revcycle.db import decisions, ledger
from revcycle.db.engine import Tx
from revcycle.db.ledger import PostedEntry
from revcycle.db.work import deadlines
from revcycle.db.work.deadlines import DeadlineRow, DeadlineState
from revcycle.domain.decision import Decision
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars

_ACCOUNT_WORDS = {
    LedgerAccount.CASH: "cash",
    LedgerAccount.REMITTANCE_CLEARING: "payment by the payer",
    LedgerAccount.AR_INSURANCE: "asked of insurance",
    LedgerAccount.AR_PATIENT: "asked of the patient",
    LedgerAccount.PATIENT_CREDIT: "held for the patient",
    LedgerAccount.CHARGES: "charges",
}

_BALANCES = frozenset({LedgerAccount.AR_INSURANCE, LedgerAccount.AR_PATIENT, LedgerAccount.CHARGES})


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened. ``what`` is a plain sentence; amounts change what is open, in cents.

    ``kind`` is ``decision``, ``money`` or ``clock``; ``rule`` the rule with version, or ``person``; ``policy`` the row
    of policy it was decided under.
    """

    at: datetime
    known_at: datetime
    kind: str
    what: str
    reason: str
    rule: str
    actor: str
    insurance_cents: int = 0
    patient_cents: int = 0
    open_cents: int | None = None
    policy: str = ""


def end_of(day: date) -> datetime:
    """Return the last instant of a day."""
    return datetime.combine(day, time.max, UTC)


def tell(
    tx: Tx, claim_id: str, *, as_of: date | None = None, known_at: date | None = None
) -> tuple[StoryLine, ...]:
    """Return what happened to the claim until ``as_of``, and of that what was recorded by ``known_at``."""
    subject = f"claim/{claim_id}"
    known = None if known_at is None else end_of(known_at)
    lines = [*_decided(decisions.of_subject(tx, subject, known_at=known))]
    lines += _booked(ledger.entries_of(tx, claim_id=claim_id, known_at=known))
    lines += _timed(deadlines.of_subject(tx, subject))
    if known is not None:
        lines = [line for line in lines if line.known_at <= known]
    if as_of is not None:
        lines = [line for line in lines if line.at <= end_of(as_of)]
    return _with_balance(sorted(lines, key=lambda line: line.at))


def _decided(made: Iterable[Decision]) -> Iterator[StoryLine]:
    for decision in made:
        what = decision.outcome.replace(":", ": ").replace("_", " ")
        yield StoryLine(
            at=decision.occurred_at,
            known_at=decision.recorded_at,
            kind="decision",
            what=what[:1].upper() + what[1:],
            reason=decision.reason,
            rule=decision.rule,
            actor=decision.actor,
            policy=decision.policy,
        )


def _booked(entries: Iterable[PostedEntry]) -> Iterator[StoryLine]:
    for _, group in groupby(entries, key=lambda posted: posted.key):
        posted = list(group)
        first = posted[0]
        yield StoryLine(
            at=first.occurred_at,
            known_at=first.recorded_at,
            kind="money",
            what=_in_words(posted),
            reason=f"booked as {first.key}",
            rule="ledger",
            actor="system",
            insurance_cents=_sum(posted, LedgerAccount.AR_INSURANCE),
            patient_cents=_sum(posted, LedgerAccount.AR_PATIENT),
        )


def _sum(posted: list[PostedEntry], account: LedgerAccount) -> int:
    return sum(p.entry.amount_cents for p in posted if p.entry.account is account)


def _in_words(posted: list[PostedEntry]) -> str:
    entries = [p.entry for p in posted]
    # What is asked of whom is the balance, which each line shows; words are for where the money came from or went.
    told = [entry for entry in entries if entry.account not in _BALANCES] or entries
    parts = []
    for entry in told:
        word = _ACCOUNT_WORDS.get(entry.account, entry.account.replace("_", " "))
        code = f" ({entry.code})" if entry.code else ""
        parts.append(f"{word}{code} {dollars(abs(entry.amount_cents))}")
    kind = posted[0].kind.replace("_", " ")
    return f"{kind[:1].upper()}{kind[1:]}: {', '.join(dict.fromkeys(parts))}"


def _timed(clocks: Iterable[DeadlineRow]) -> Iterator[StoryLine]:
    for clock in clocks:
        due = f"{clock.due_at:%Y-%m-%d}"
        said = f"Clock started: {clock.name}, due {due}"
        yield StoryLine(
            clock.armed_at, clock.armed_at, "clock", said, "a claim always has a next clock", "", "system"
        )
        if clock.ended_at is None or clock.state is DeadlineState.CANCELLED:
            continue
        what = f"Clock {clock.state}: {clock.name} (due {due})"
        yield StoryLine(clock.ended_at, clock.ended_at, "clock", what, "", "", "system")


def _with_balance(lines: list[StoryLine]) -> tuple[StoryLine, ...]:
    told, open_cents = [], 0
    for line in lines:
        open_cents += line.insurance_cents + line.patient_cents
        told.append(replace(line, open_cents=open_cents) if line.kind == "money" else line)
    return tuple(told)
