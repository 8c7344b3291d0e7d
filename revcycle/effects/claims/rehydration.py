"""Rehydration: have processes go on from the database, after the workflow engine was lost or when one does not run.

A process that runs is only woken, so everything here may be done again.
"""

from enum import StrEnum

from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.exchange import submissions
from revcycle.db.patients import patient_accounts
from revcycle.db.remittances import remittances
from revcycle.db.work import doorbell
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.remittances.state import RemittanceState
from revcycle.domain.work.starts import AccountStart, ClaimStart, RemittanceStart, SubmissionStart

_DONE = (RemittanceState.REJECTED, RemittanceState.REASSOCIATED)


class Underway(StrEnum):
    """The kinds of processes that go on from the database by themselves; a claim brings its denials and appeals."""

    CLAIMS = "claims"
    ACCOUNTS = "accounts"
    REMITTANCES = "remittances"
    CONNECTIONS = "connections"


def wake_claim(tx: Tx, claim_id: str) -> ClaimRow:
    """Have a claim's process go on, and its account's where the patient owes a share. Raises NoSuchClaim."""
    row = claims.load(tx, claim_id)
    doorbell.wake(tx, ClaimStart(claim_id, resume=True))
    if ledger.claim_balance(tx, claim_id).patient_cents > 0:
        doorbell.wake(tx, AccountStart(row.account_id))
    return row


def wake_page(tx: Tx, kind: Underway, after: str, limit: int) -> tuple[int, str]:
    """Wake the processes of a kind that are under way, in id order from ``after`` on.

    Returns how many were woken, and the id to go on after: empty when there are no more.
    """
    match kind:
        case Underway.CLAIMS:
            return _wake_claims(tx, after, limit)
        case Underway.ACCOUNTS:
            return _wake_accounts(tx, after, limit)
        case Underway.REMITTANCES:
            return _wake_remittances(tx, after, limit)
        case Underway.CONNECTIONS:
            waiting = submissions.busy_connections(tx)
            for connection_id in waiting:
                doorbell.wake(tx, SubmissionStart(connection_id))
            return len(waiting), ""


def _wake_claims(tx: Tx, after: str, limit: int) -> tuple[int, str]:
    page = claims.find(tx, after=after, limit=limit)
    under_way = [row for row in page if row.stage is not ClaimStage.CLOSED]
    for row in under_way:
        doorbell.wake(tx, ClaimStart(row.claim_id, resume=True))
    return len(under_way), page[-1].claim_id if page else ""


def _wake_accounts(tx: Tx, after: str, limit: int) -> tuple[int, str]:
    page = patient_accounts.find(tx, after=after, limit=limit)
    under_way = [row for row in page if row.state is not AccountState.CLOSED]
    for row in under_way:
        doorbell.wake(tx, AccountStart(row.account_id))
    return len(under_way), page[-1].account_id if page else ""


def _wake_remittances(tx: Tx, after: str, limit: int) -> tuple[int, str]:
    page = remittances.find(tx, after=after, limit=limit)
    under_way = [row for row in page if row.state not in _DONE]
    for row in under_way:
        doorbell.wake(tx, RemittanceStart(row.remittance_id))
    return len(under_way), page[-1].remittance_id if page else ""
