"""Claim payments into the books: one chunk of a remittance, gathered claim by claim and written at once."""

from dataclasses import dataclass, field, replace

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.remittances import remittance_matching, remittances
from revcycle.db.remittances.remittance_matching import KnownClaim, PostingOutcome
from revcycle.db.remittances.remittances import PaymentRow
from revcycle.db.work import doorbell
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.codes.claim_status import claim_status
from revcycle.domain.decision import Decision
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.money import dollars
from revcycle.domain.remittances.remittance import AdjustmentGroup, ClaimPayment
from revcycle.domain.remittances.state import PaymentState
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import AccountStart, ClaimStart
from revcycle.rules.claims.coverage_order import next_coverage
from revcycle.rules.remittances import posting, reversal
from revcycle.rules.remittances.posting import ClaimContext, Posting
from revcycle.rules.remittances.reversal import PostedPayment


def post_payments(
    tx: Tx, act: Act, rows: tuple[PaymentRow, ...], source: LedgerAccount, *, asked: bool = False
) -> bool:
    """Post the rows; tell whether each of them went into the books."""
    if not rows:
        return True
    work = _Chunk(tx, act, rows, source, asked=asked)
    positions = tuple(row.position for row in rows)
    facts = remittances.payments(tx, rows[0].remittance_id, positions)
    for row, payment in zip(rows, facts, strict=True):
        work.post(row, payment)
    work.write()
    return work.unplaced == 0


@dataclass(slots=True)
class _Chunk:
    """What one transaction posts: gathered claim by claim, written at once."""

    tx: Tx
    act: Act
    rows: tuple[PaymentRow, ...]
    source: LedgerAccount
    asked: bool
    claims: dict[str, KnownClaim] = field(init=False)
    open_cents: dict[str, int] = field(init=False)
    earlier: dict[str, list[PostedPayment]] = field(init=False)
    coverages: dict[str, Claim] = field(init=False, default_factory=dict)
    transactions: list[LedgerTransaction] = field(init=False, default_factory=list)
    outcomes: list[PostingOutcome] = field(init=False, default_factory=list)
    told: list[Decision] = field(init=False, default_factory=list)
    unplaced: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        ids = [row.claim_id for row in self.rows]
        self.claims = remittance_matching.known_claims(self.tx, ids)
        self.open_cents = remittance_matching.open_insurance(self.tx, ids)
        self.earlier = remittance_matching.posted_before(self.tx, ids)

    def post(self, row: PaymentRow, payment: ClaimPayment) -> None:
        """Post one claim payment, or say why it cannot be posted."""
        status = claim_status(row.status_code)
        if status is not None and not status.posts:
            self._note(row, PaymentState.INFORMATIONAL, status.meaning)
        elif payment.is_reversal:
            self._reverse(row)
        elif not self.asked and reversal.repeats(_as_posted(row), self._earlier(row)):
            self._note(row, PaymentState.REPEATED, "the same payment was posted before")
        else:
            self._pay(row, payment)

    def _earlier(self, row: PaymentRow) -> tuple[PostedPayment, ...]:
        return tuple(self.earlier.get(row.claim_id, ()))

    def _pay(self, row: PaymentRow, payment: ClaimPayment) -> None:
        claim = self.claims[row.claim_id]
        posted = posting.post_payment(
            payment,
            ClaimContext(
                claim_id=claim.claim_id,
                account_id=claim.account_id,
                payer_id=row.payer_id,
                remittance_id=row.remittance_id,
                open_cents=self.open_cents.get(claim.claim_id, 0),
                further_payer=self._further_payer(row, payment, claim),
                paid_on=row.payment_date,
                source=self.source,
            ),
        )
        self._book(row, posted.entries, posting.explain(posted), posted)

    def _further_payer(self, row: PaymentRow, payment: ClaimPayment, claim: KnownClaim) -> bool:
        """Ask the claim's facts only when a patient's share hangs on it: opening them costs."""
        if not payment.patient_responsibility_cents and not any(
            a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY for a in payment.all_adjustments
        ):
            return False
        if claim.claim_id not in self.coverages:
            self.coverages[claim.claim_id] = claims.facts(self.tx, claim.claim_id)
        facts = self.coverages[claim.claim_id]
        speaker = posting.speaker(facts, row.payer_id, row.status_code, Responsibility(claim.responsibility))
        return next_coverage(facts, speaker) is not None

    def _reverse(self, row: PaymentRow) -> None:
        original = reversal.original_of(_as_posted(row), self._earlier(row))
        if original is None:
            self._note(row, PaymentState.ORPHAN, "no posting of that amount is left to reverse")
            return
        self._flush_ledger()
        key = transaction_key(original.remittance_id, original.position)
        posted = ledger.transaction(self.tx, key)
        assert posted is not None, "a posted claim payment is in the books"
        entries = posting.reverse_posting(posted.entries, row.remittance_id)
        mine = transaction_key(row.remittance_id, row.position)
        remittances.mark_reversed(self.tx, original.remittance_id, original.position, mine)
        self.earlier[row.claim_id].remove(original)
        reason = (
            f"The payer took back {dollars(-row.payment_cents)}; the posting of {key} is reversed exactly."
        )
        self._book(row, entries, reason, None, reverses=key)
        self._tell_account(row.claim_id)

    def _tell_account(self, claim_id: str) -> None:
        """The patient's share came back: what was paid of it may be the patient's credit now."""
        account = AccountStart(self.claims[claim_id].account_id)
        doorbell.tell(self.tx, account, News.BALANCE_CHANGED, claim_id, self.act.at)

    def _book(
        self,
        row: PaymentRow,
        entries: tuple[Entry, ...],
        reason: str,
        posted: Posting | None,
        reverses: str = "",
    ) -> None:
        key = transaction_key(row.remittance_id, row.position)
        kind = LedgerKind.REMITTANCE_REVERSAL if reverses else LedgerKind.REMITTANCE
        self.transactions.append(LedgerTransaction(key, kind, entries, self.act.at, reverses))
        moved = sum(e.amount_cents for e in entries if e.account is LedgerAccount.AR_INSURANCE)
        self.open_cents[row.claim_id] = self.open_cents.get(row.claim_id, 0) + moved
        outcome = _outcome(row, PaymentState.POSTED)
        if posted is not None:
            outcome = replace(
                outcome,
                contractual_cents=posted.contractual_cents,
                patient_cents=posted.patient_cents,
                denied_cents=posted.denied_cents,
                denial_codes=posted.denial_codes,
            )
        self.outcomes.append(replace(outcome, posted_at=self.act.at))
        if not reverses:
            self.earlier.setdefault(row.claim_id, []).append(_as_posted(row))
        self._decide(row, kind.value, reason)
        claim = ClaimStart(row.claim_id, resume=True)
        doorbell.tell(self.tx, claim, News.POSTED, row.remittance_id, self.act.at)

    def _note(self, row: PaymentRow, state: PaymentState, reason: str) -> None:
        self.unplaced += 1
        self.outcomes.append(_outcome(row, state))
        self._decide(row, state.value, f"Nothing was posted: {reason}.")

    def _decide(self, row: PaymentRow, outcome: str, reason: str) -> None:
        position = str(row.position)
        facts = {"remittance": row.remittance_id, "position": position, "clp02": row.status_code}
        subject = subjects.claim(row.claim_id)
        key, at = f"{self.act.key}@{position}", self.act.at
        self.told.append(Decision(key, subject, posting.RULE, outcome, reason, "system", at, at, facts=facts))

    def _flush_ledger(self) -> None:
        ledger.post_all(self.tx, self.transactions, self.act.at)
        self.transactions.clear()

    def write(self) -> None:
        """Write what was gathered."""
        self._flush_ledger()
        remittance_matching.save_outcomes(self.tx, self.outcomes)
        decisions.record(self.tx, *self.told)


def _as_posted(row: PaymentRow) -> PostedPayment:
    return PostedPayment(
        row.remittance_id,
        row.position,
        row.payer_claim_control_number,
        row.charge_cents,
        row.payment_cents,
    )


def _outcome(row: PaymentRow, state: PaymentState) -> PostingOutcome:
    return PostingOutcome(row.remittance_id, row.position, row.claim_id, state)


def transaction_key(remittance_id: str, position: int) -> str:
    """Return the key under which a claim payment enters the books, once."""
    return f"remit:{remittance_id}:{position}"
