"""The disposition after a posting: what the claim's balances and the newest remittance say comes next."""

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.remittances import remittances
from revcycle.db.remittances.remittances import PaymentRow
from revcycle.db.work import clocks, doorbell, inbox
from revcycle.domain.claims.claim import Coverage
from revcycle.domain.claims.disposition import Disposition, DispositionOutcome
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.codes.claim_status import ClaimStatusCode
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import AccountStart
from revcycle.effects.claims.payer_clocks import answered
from revcycle.effects.claims.records import take_request
from revcycle.effects.claims.resubmission import take_order
from revcycle.rules.claims import waiting
from revcycle.rules.claims.coverage_order import next_coverage
from revcycle.rules.claims.disposition import RULE, explain, judge
from revcycle.rules.claims.standing import ToldPayment, ending, standing, was_reversed

_STAGES = {
    DispositionOutcome.PAID: ClaimStage.CLOSED,
    DispositionOutcome.PATIENT_DUE: ClaimStage.PATIENT_DUE,
    DispositionOutcome.NEXT_PAYER: ClaimStage.NEXT_PAYER,
    DispositionOutcome.DENIED: ClaimStage.DENIED,
    DispositionOutcome.REVERSED: ClaimStage.PENDING,
    DispositionOutcome.OPEN: ClaimStage.PARTIALLY_PAID,
}


def judge_disposition(tx: Tx, act: Act, claim_id: str) -> Disposition:
    """Say what comes next, and make it so: stage, ending, next payer, the next clock, the account told."""
    if order := take_order(tx, act, claim_id):
        return Disposition(DispositionOutcome.RESUBMIT, verify=order.verify)
    if asked := take_request(tx, act, claim_id):
        return Disposition(DispositionOutcome.OPEN, reason=asked)
    if not inbox.take(tx, act.subject, News.POSTED):
        return Disposition(DispositionOutcome.OPEN, posted=False)
    row = claims.load(tx, claim_id)
    balance = ledger.claim_balance(tx, claim_id)
    posted = remittances.posted(tx, claim_id)
    following = None
    if balance.insurance_cents > 0:  # only then there may be a next payer; opening the facts costs
        following = next_coverage(claims.facts(tx, claim_id), row.responsibility)
    told = tuple(_told(one) for one in posted)
    place = following.responsibility.value if following else ""
    judged = judge(standing(balance.insurance_cents, balance.patient_cents, told, place))
    answered(tx, act)
    _settle(tx, act, row, judged, told)
    _name_payer(tx, act, row, posted, judged, following)
    _tell(tx, act, row, judged, told)
    _decide(tx, act, judged)
    return judged


def _told(row: PaymentRow) -> ToldPayment:
    undone = bool(row.reversed_by)
    return ToldPayment(row.remittance_id, row.status_code, undone, row.denied_cents, row.denial_codes)


def _settle(
    tx: Tx,
    act: Act,
    row: ClaimRow,
    judged: Disposition,
    told: tuple[ToldPayment, ...],
) -> None:
    """Move the claim to where the disposition leads, and arm the clock of what is waited for there."""
    outcome = judged.outcome
    if outcome is DispositionOutcome.PAID:
        clocks.cancel_all(tx, act)  # for a claim that is settled no other clock matters any more
        claims.move(tx, act, row.claim_id, ClaimStage.CLOSED, ending(_patient_paid(tx, row, told)))
        return
    claims.move(tx, act, row.claim_id, _STAGES[outcome])
    if outcome is DispositionOutcome.PATIENT_DUE:
        clocks.arm(tx, act, ClockName.SETTLEMENT, waiting.settlement_due(act.at))
    else:
        clocks.cancel(tx, act, ClockName.SETTLEMENT)
    if outcome is DispositionOutcome.REVERSED:
        clocks.arm(tx, act, ClockName.REMITTANCE, waiting.payment_due(act.at))
    elif judged.crossover:
        clocks.arm(tx, act, ClockName.CROSSOVER, waiting.crossover_due(act.at))


def _name_payer(
    tx: Tx,
    act: Act,
    row: ClaimRow,
    posted: tuple[PaymentRow, ...],
    judged: Disposition,
    following: Coverage | None,
) -> None:
    """Ask the next payer now, or keep the number under which the one that spoke has the claim."""
    if judged.outcome is DispositionOutcome.NEXT_PAYER and following is not None:
        claims.ask_payer(tx, act, row.claim_id, following.responsibility)
        return
    numbers = [
        one.payer_claim_control_number for one in posted if one.status_code != ClaimStatusCode.REVERSAL
    ]
    if numbers and numbers[-1] != row.payer_claim_control_number:
        claims.note_payer_number(tx, act, row.claim_id, numbers[-1])


def _patient_paid(tx: Tx, row: ClaimRow, told: tuple[ToldPayment, ...]) -> int:
    if not was_reversed(told):
        return 0
    entries = ledger.entries_of(tx, claim_id=row.claim_id)
    return sum(abs(one.entry.amount_cents) for one in entries if one.entry.account is LedgerAccount.CASH)


def _tell(tx: Tx, act: Act, row: ClaimRow, judged: Disposition, told: tuple[ToldPayment, ...]) -> None:
    if judged.outcome is DispositionOutcome.PATIENT_DUE:
        doorbell.tell(tx, AccountStart(row.account_id), News.BALANCE_DUE, row.claim_id, act.at)
    elif judged.outcome is DispositionOutcome.PAID and was_reversed(told):
        # After a reversal the account may wait for the share that has just vanished.
        doorbell.tell(tx, AccountStart(row.account_id), News.BALANCE_CHANGED, row.claim_id, act.at)


def _decide(tx: Tx, act: Act, judged: Disposition) -> None:
    facts = {"remittance": judged.remittance_id} if judged.remittance_id else {}
    if judged.denial_codes:
        facts["codes"] = ",".join(judged.denial_codes)
    decisions.decide(tx, act, RULE, judged.outcome.value, explain(judged), facts=facts)
