"""Guarantors' accounts: find and show."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from revcycle.access.roles import Permission
from revcycle.api.asked import After, PageLimit
from revcycle.api.call import Call
from revcycle.api.claims.claims import ClaimSummary, summary
from revcycle.api.claims.facts import PersonShown, person
from revcycle.api.errors import bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.known import last_and_first
from revcycle.api.replies import parts
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.patients import (
    accounts,
    assistance,
    contacts,
    disputes,
    patient_accounts,
    payments,
    plans,
    statements,
)
from revcycle.db.patients.patient_accounts import NoPatientBilling
from revcycle.db.patients.payments import PatientPaymentRow
from revcycle.db.patients.statements import LetterRow
from revcycle.domain.patients.assistance import Application
from revcycle.domain.patients.contact import Contact
from revcycle.domain.patients.dispute import Dispute
from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.patients.payment_plan import PaymentPlan, PlanState


@dataclass(frozen=True, slots=True)
class AccountQuery:
    """Which accounts: those in a state."""

    state: AccountState | None = None
    limit: PageLimit = 100
    after: After = ""


@dataclass(frozen=True, slots=True)
class AccountSearch:
    """Who to look for: a name as LAST,FIRST (a guarantor's with the birth date), or a member id."""

    name: Annotated[str, Meta(description="a name as LAST,FIRST")] = ""
    born: date | None = None
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """What an account owes and where the asking stands; ``state`` is ``not_billed`` before the first asking."""

    account_id: str
    patient_cents: int
    insurance_cents: int
    credit_cents: int
    state: str
    step: str
    hold: str
    wake_at: datetime | None
    wake_name: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts in patient billing, in id order."""

    accounts: tuple[AccountStanding, ...]


@dataclass(frozen=True, slots=True)
class AccountFound(AccountStanding):
    """An account and who its guarantor is."""

    guarantor: str


@dataclass(frozen=True, slots=True)
class AccountsFound:
    """The accounts that fit."""

    accounts: tuple[AccountFound, ...]


@dataclass(frozen=True, slots=True)
class Installment:
    """A part of a plan and the day it is due."""

    due_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A payment plan."""

    plan_id: str
    state: PlanState
    total_cents: int
    installments: tuple[Installment, ...]
    claim_ids: tuple[str, ...]
    catch_up_by: date | None


@dataclass(frozen=True, slots=True)
class AccountShown(AccountStanding):
    """One account: who owes, what, and everything asked and answered."""

    guarantor: PersonShown
    language: str
    claims: tuple[ClaimSummary, ...]
    payments: tuple[PatientPaymentRow, ...]
    plans: tuple[PlanShown, ...]
    disputes: tuple[Dispute, ...]
    applications: tuple[Application, ...]
    contacts: tuple[Contact, ...]
    letters: tuple[LetterRow, ...]


def list_accounts(call: Call, query: AccountQuery) -> Accounts:
    """Return the accounts in patient billing, in id order, without identity."""
    with call.office.db.read() as tx:
        rows = patient_accounts.find(tx, state=query.state, limit=query.limit, after=query.after)
        return Accounts(tuple(_standing(tx, row.account_id) for row in rows))


def find_accounts(call: Call, body: AccountSearch) -> AccountsFound:
    """Find accounts by guarantor (name and birth date), patient name or member id."""
    if not body.name and not body.member_id:
        raise bad_input(
            "nothing to search for", "name, member_id", "give a name as LAST,FIRST or a member id"
        )
    with call.office.db.read() as tx:
        name = last_and_first(body.name)
        rows = claims.find(tx, patient_name=name, member_id=body.member_id, limit=1_000)
        found = {row.account_id for row in rows}
        if body.born is not None and body.name:
            known = accounts.by_guarantor(tx, *_name(body.name), body.born)
            found |= {known} if known else set()
        for account_id in found:
            call.shows(f"account/{account_id}")
        return AccountsFound(tuple(_found(tx, account_id) for account_id in sorted(found)))


def _name(text: str) -> tuple[str, str]:
    last, _, first = text.partition(",")
    return last.strip(), first.strip()


def _found(tx: Tx, account_id: str) -> AccountFound:
    guarantor, _ = accounts.guarantor(tx, account_id)
    return AccountFound(**parts(_standing(tx, account_id)), guarantor=guarantor.full_name)


def _standing(tx: Tx, account_id: str) -> AccountStanding:
    balance = ledger.account_balance(tx, account_id)
    owed = (account_id, balance.patient_cents, balance.insurance_cents, balance.credit_cents)
    try:
        row = patient_accounts.load(tx, account_id)
    except NoPatientBilling:
        return AccountStanding(*owed, state="not_billed", step="", hold="", wake_at=None, wake_name="")
    return AccountStanding(*owed, row.state, row.step, row.hold, row.wake_at, row.wake_name)


def show_account(call: Call) -> AccountShown:
    """Return one account: who owes, what, where the asking stands, and everything asked and answered."""
    account_id = call.path["account_id"]
    with call.office.db.read() as tx:
        guarantor, language = accounts.guarantor(tx, account_id)
        answer = AccountShown(
            **parts(_standing(tx, account_id)),
            guarantor=person(guarantor, visible=call.sees_persons()),
            language=language,
            claims=tuple(summary(tx, row) for row in claims.find(tx, account_id=account_id, limit=1_000)),
            payments=payments.of_account(tx, account_id),
            plans=tuple(_plan(plan) for plan in plans.of_account(tx, account_id)),
            disputes=disputes.of_account(tx, account_id),
            applications=assistance.of_account(tx, account_id),
            contacts=contacts.of_account(tx, account_id),
            letters=statements.of_account(tx, account_id),
        )
    if call.sees_persons():
        call.shows(f"account/{account_id}")
    return answer


def _plan(plan: PaymentPlan) -> PlanShown:
    return PlanShown(
        plan_id=plan.plan_id,
        state=plan.state,
        total_cents=plan.terms.total_cents,
        installments=tuple(Installment(due_on, cents) for due_on, cents in plan.terms.schedule),
        claim_ids=plan.claim_ids,
        catch_up_by=plan.catch_up_by,
    )


ENDPOINTS = (
    Endpoint("GET", "/accounts", list_accounts, Permission.ACCOUNT_READ, "patient.list", "accounts"),
    Endpoint("POST", "/accounts/find", find_accounts, Permission.PERSON_READ, "patient.find", "accounts"),
    Endpoint(
        "GET",
        "/accounts/{account_id}",
        show_account,
        Permission.ACCOUNT_READ,
        "patient.show",
        "account/{account_id}",
    ),
)
