"""Key figures: each with its formula's two numbers, its window, and the claims behind it.

Definitions follow HFMA MAP Keys and its Claim Integrity Task Force where they are public; where usage differs, the
definition is in ``DEFINITIONS``. A rejection (277CA) is not a denial (835); exact duplicates (CARC 18) count in no
denial rate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from revcycle.db import book, claim_histories
from revcycle.db.claim_histories import FirstAnswer
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.denials import denials
from revcycle.db.engine import Tx
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.denials.denial import DenialOutcome, DenialState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.reports.endings import ALL
from revcycle.reports.report import Report, end_of, start_of

DEFINITIONS = {
    "clean_claim_rate": "claims sent with no manual touch before the payer took them / claims taken in",
    "first_pass_yield": "claims sent once whose first remittance denied nothing / claims answered",
    "initial_denial_rate": "claims whose first remittance denied something / claims answered",
    "initial_denial_rate_charges": "the same, by charges",
    "net_collection_rate": "payments / (charges - contractual adjustments), claims closed",
    "days_in_ar": "open receivables / average charges a day",
    "ar_over_90_days": "open more than 90 days / open",
    "denial_overturn_rate": "denials ended with the payer paying after all / denials ended",
}

_TOUCHES = (TaskKind.FIX_REGISTRATION, TaskKind.FIX_SCRUB_FINDING, TaskKind.FIX_REJECTION)
_RECEIVABLES = (LedgerAccount.AR_INSURANCE, LedgerAccount.AR_PATIENT)
_DUPLICATE = "18"
_OVER = 90


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One figure. Numbers are counts or cents (``unit``); ``value`` is percent or days, ``-`` without a denominator.

    ``claim_ids`` are the claims counted in the numerator, ``of_claim_ids`` those in the denominator.
    """

    name: str
    value: str
    numerator: int
    denominator: int
    unit: str
    since: date
    until: date
    definition: str
    claim_ids: tuple[str, ...]
    of_claim_ids: tuple[str, ...]


def kpi(tx: Tx, since: date, until: date) -> Report[KpiRow]:
    """Return the figures of claims taken in from ``since`` to ``until``, both days counted in."""
    rows = _Figures(tx, since, until).rows()
    return Report(rows, {})


class _Figures:
    """The book once read, and the figures made of it."""

    def __init__(self, tx: Tx, since: date, until: date) -> None:
        self._tx, self._since, self._until = tx, since, until
        everything = claims.find(tx, limit=ALL)
        first, last = start_of(since), end_of(until)
        self._claims = {row.claim_id: row for row in everything if first <= row.created_at <= last}
        self._balances = book.by_claim(tx)
        self._answers = self._of(claim_histories.first_answers(tx))

    def _of(self, found: dict[str, FirstAnswer]) -> dict[str, FirstAnswer]:
        return {claim_id: answer for claim_id, answer in found.items() if claim_id in self._claims}

    def rows(self) -> tuple[KpiRow, ...]:
        return (
            self._clean(),
            self._first_pass(),
            *self._initial_denials(),
            self._net_collection(),
            *self._receivables(),
            self._overturned(),
        )

    def _row(
        self,
        name: str,
        numerator: int,
        denominator: int,
        unit: str,
        counted: Iterable[str],
        of: Iterable[str],
        value: str = "",
    ) -> KpiRow:
        return KpiRow(
            name,
            value or _percent(numerator, denominator),
            numerator,
            denominator,
            unit,
            self._since,
            self._until,
            DEFINITIONS[name],
            tuple(sorted(counted)),
            tuple(sorted(of)),
        )

    def _clean(self) -> KpiRow:
        touched = claim_histories.with_task(self._tx, _TOUCHES)
        filed = claim_histories.filings(self._tx)
        clean = [one for one in self._claims if one in filed and one not in touched]
        return self._row("clean_claim_rate", len(clean), len(self._claims), "claims", clean, self._claims)

    def _first_pass(self) -> KpiRow:
        filed = claim_histories.filings(self._tx)
        once = {one for one, filing in filed.items() if filing.times == 1}
        passed = [one for one, answer in self._answers.items() if one in once and not answer.denied_cents]
        return self._row("first_pass_yield", len(passed), len(self._answers), "claims", passed, self._answers)

    def _initial_denials(self) -> tuple[KpiRow, KpiRow]:
        denied = [one for one, answer in self._answers.items() if _denies(answer)]
        charges = sum(self._charge(one) for one in denied)
        total = sum(self._charge(one) for one in self._answers)
        return (
            self._row(
                "initial_denial_rate", len(denied), len(self._answers), "claims", denied, self._answers
            ),
            self._row("initial_denial_rate_charges", charges, total, "cents", denied, self._answers),
        )

    def _charge(self, claim_id: str) -> int:
        return self._claims[claim_id].charge_cents

    def _net_collection(self) -> KpiRow:
        closed = [one for one, row in self._claims.items() if row.stage is ClaimStage.CLOSED]
        charges = sum(self._charge(one) for one in closed)
        contractual = sum(self._sum(one, LedgerAccount.CONTRACTUAL_ADJUSTMENT) for one in closed)
        paid = sum(
            self._sum(one, LedgerAccount.REMITTANCE_CLEARING, LedgerAccount.SUSPENSE, LedgerAccount.CASH)
            for one in closed
        )
        return self._row("net_collection_rate", paid, charges - contractual, "cents", closed, closed)

    def _sum(self, claim_id: str, *accounts: LedgerAccount) -> int:
        balance = self._balances.get(claim_id, {})
        return sum(balance.get(account, 0) for account in accounts)

    def _receivables(self) -> tuple[KpiRow, KpiRow]:
        at = end_of(self._until)
        items = [item for account in _RECEIVABLES for item in book.open_items(self._tx, account, at)]
        open_cents = sum(item.cents for item in items)
        old = [item for item in items if (self._until - item.since.date()).days > _OVER]
        charges = sum(row.charge_cents for row in self._claims.values())
        days = (self._until - self._since).days + 1
        in_ar = f"{open_cents * days / charges:.1f} days" if charges else "-"
        of = {item.claim_id for item in items}
        old_ids = {item.claim_id for item in old}
        old_cents = sum(item.cents for item in old)
        return (
            self._row("days_in_ar", open_cents, charges // days, "cents", of, self._claims, in_ar),
            self._row("ar_over_90_days", old_cents, open_cents, "cents", old_ids, of),
        )

    def _overturned(self) -> KpiRow:
        ended = [
            denial
            for denial in denials.find(self._tx, state=DenialState.ENDED, limit=ALL)
            if denial.claim_id in self._claims
        ]
        won = [one for one in ended if self._won(one.outcome, self._claims[one.claim_id])]
        return self._row(
            "denial_overturn_rate",
            len(won),
            len(ended),
            "denials",
            {one.claim_id for one in won},
            {one.claim_id for one in ended},
        )

    def _won(self, outcome: DenialOutcome | None, claim: ClaimRow) -> bool:
        fought = outcome in (DenialOutcome.OVERTURNED, DenialOutcome.CORRECTED)
        return fought and self._sum(claim.claim_id, LedgerAccount.REMITTANCE_CLEARING) > 0


def _denies(answer: FirstAnswer) -> bool:
    told = [code for code in answer.denial_codes if code.rpartition("-")[2] != _DUPLICATE]
    return answer.denied_cents > 0 and bool(told)


def _percent(numerator: int, denominator: int) -> str:
    return f"{100 * numerator / denominator:.1f} %" if denominator else "-"
