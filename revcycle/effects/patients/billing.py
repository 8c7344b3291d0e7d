"""The account's own effects: begin, write off what is too small, close."""

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import patient_accounts, statements
from revcycle.db.practice import policies
from revcycle.db.work import clocks, tasks
from revcycle.domain.ledger import LedgerAccount, LedgerKind
from revcycle.domain.money import dollars
from revcycle.domain.patients.patient_account import AccountState, BillingStep, Ending
from revcycle.domain.patients.progress import AccountBegun
from revcycle.domain.work.act import Act
from revcycle.domain.work.task import TaskRequest
from revcycle.effects.patients.ledger import claims_of, locked_standing, post, tell_claims
from revcycle.rules.patients.patient_billing import next_step

RULE = "patient_billing@1"


def begin_account(tx: Tx, act: Act, account_id: str) -> AccountBegun:
    """Open the account, or go on where it stood: say what the life before left open."""
    epoch = patient_accounts.begin(tx, account_id, act.at)
    left = tuple(
        TaskRequest(row.task_id, row.kind, row.subject, row.reason, row.due_at, row.amount_cents)
        for row in tasks.find(tx, subject=act.subject)
    )
    tx.moved.add(act.subject)  # the new life takes over the clocks of the one before
    return AccountBegun(epoch, left, statements.unmailed(tx, account_id))


def write_off_small(tx: Tx, act: Act, account_id: str) -> bool:
    """Write off a balance below what a statement costs; False when it is no longer so small."""
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, act.at.date())
    if standing.billable_cents >= policy.small_balance_cents:
        return False
    parts = tuple((share.claim_id, share.patient_cents) for share in standing.billable)
    kind, debit = LedgerKind.SMALL_BALANCE_WRITE_OFF, LedgerAccount.SMALL_BALANCE_WRITE_OFF
    post(tx, act, account_id, kind, debit, parts)
    reason = f"{dollars(standing.billable_cents)} is less than a statement costs: written off."
    named, also = policy.reference, claims_of(parts)
    decisions.decide(tx, act, RULE, "small_balance", reason, policy=named, also=also)
    tell_claims(tx, act, parts, Ending.SMALL_BALANCE)
    return True


def close_account(tx: Tx, act: Act, account_id: str) -> bool:
    """Nothing is owed: stop the clocks. False when something is owed after all."""
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, act.at.date())
    if next_step(standing, policy, act.at.date()).state is not AccountState.CLOSED:
        return False
    referred = standing.ladder.step is BillingStep.REFERRED
    state = AccountState.REFERRED if referred else AccountState.CLOSED
    clocks.cancel_all(tx, act)
    patient_accounts.set_state(tx, account_id, state, act.at)
    reason = "The agency has the account." if referred else "Nothing is owed on the account."
    decisions.decide(tx, act, RULE, state.value, reason)
    return True
