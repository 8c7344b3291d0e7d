"""Guarantors' accounts: find, show, and the letters that went to them."""

from datetime import date
from typing import Any

from revcycle.access.roles import Permission
from revcycle.api import known
from revcycle.api.call import Call
from revcycle.api.claims import summary
from revcycle.api.errors import bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.people import person
from revcycle.api.replies import Download
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.mail import documents
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
from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.patients.payment_plan import PaymentPlan


def list_accounts(call: Call) -> dict[str, Any]:
    """Return the accounts in patient billing, in id order, without identity."""
    with call.office.db.read() as tx:
        rows = patient_accounts.find(
            tx,
            state=call.choice("state", AccountState),
            limit=call.number("limit", 100, 1_000),
            after=call.query.get("after", ""),
        )
        return {"accounts": [_standing(tx, row.account_id) for row in rows]}


def find_accounts(call: Call) -> dict[str, Any]:
    """Find accounts by guarantor (name and birth date), patient name or member id."""
    name, born, member_id = call.text("name", ""), call.text("born", ""), call.text("member_id", "")
    if not name and not member_id:
        raise bad_input(
            "nothing to search for", "name, member_id", "give a name as LAST,FIRST or a member id"
        )
    name = known.last_and_first(name)
    with call.office.db.read() as tx:
        found = [
            row.account_id for row in claims.find(tx, patient_name=name, member_id=member_id, limit=1_000)
        ]
        if born and name:
            found += filter(None, [accounts.by_guarantor(tx, *_name(name), _day(born))])
        answer = []
        for account_id in sorted(set(found)):
            guarantor, _ = accounts.guarantor(tx, account_id)
            call.shows(f"account/{account_id}")
            answer.append(_standing(tx, account_id) | {"guarantor": guarantor.full_name})
    return {"accounts": answer}


def _name(text: str) -> tuple[str, str]:
    last, _, first = text.partition(",")
    return last.strip(), first.strip()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad_input("born is not a day", "born", "write it like 1980-03-31") from None


def _standing(tx: Tx, account_id: str) -> dict[str, Any]:
    balance = ledger.account_balance(tx, account_id)
    answer: dict[str, Any] = {
        "account_id": account_id,
        "patient_cents": balance.patient_cents,
        "insurance_cents": balance.insurance_cents,
        "credit_cents": balance.credit_cents,
    }
    try:
        row = patient_accounts.load(tx, account_id)
    except NoPatientBilling:
        return answer | {"state": "not_billed", "step": "", "hold": "", "wake_at": None, "wake_name": ""}
    fields = ("state", "step", "hold", "wake_at", "wake_name")
    return answer | {name: getattr(row, name) for name in fields}


def show_account(call: Call) -> dict[str, Any]:
    """Return one account: who owes, what, where the asking stands, and everything asked and answered."""
    account_id = call.path["account_id"]
    with call.office.db.read() as tx:
        guarantor, language = accounts.guarantor(tx, account_id)
        answer = _standing(tx, account_id) | {
            "guarantor": person(guarantor, visible=call.sees_persons()),
            "language": language,
            "claims": [summary(tx, row) for row in claims.find(tx, account_id=account_id, limit=1_000)],
            "payments": payments.of_account(tx, account_id),
            "plans": [_plan(plan) for plan in plans.of_account(tx, account_id)],
            "disputes": disputes.of_account(tx, account_id),
            "applications": assistance.of_account(tx, account_id),
            "contacts": contacts.of_account(tx, account_id),
            "letters": statements.of_account(tx, account_id),
        }
    if call.sees_persons():
        call.shows(f"account/{account_id}")
    return answer


def _plan(plan: PaymentPlan) -> dict[str, Any]:
    schedule = [{"due_on": due_on, "amount_cents": cents} for due_on, cents in plan.terms.schedule]
    return {
        "plan_id": plan.plan_id,
        "state": plan.state,
        "total_cents": plan.terms.total_cents,
        "installments": schedule,
        "claim_ids": plan.claim_ids,
        "catch_up_by": plan.catch_up_by,
    }


def list_letters(call: Call) -> dict[str, Any]:
    """Return the letters of an account, without their words."""
    account_id = call.path["account_id"]
    with call.office.db.read() as tx:
        accounts.guarantor(tx, account_id)
        return {"letters": statements.of_account(tx, account_id)}


def letter(call: Call) -> Download:
    """Return a letter as it was mailed."""
    with call.office.db.read() as tx:
        row = statements.load(tx, call.path["letter_id"])
        content = documents.content(tx, row.document_id)
    call.shows(f"account/{row.account_id}")
    return Download(content, "application/pdf", f"{row.letter_id}.pdf")


_SUBJECT = "account/{account_id}"
ENDPOINTS = (
    Endpoint("GET", "/accounts", list_accounts, Permission.ACCOUNT_READ, "patient.list", "accounts"),
    Endpoint("POST", "/accounts/find", find_accounts, Permission.PERSON_READ, "patient.find", "accounts"),
    Endpoint(
        "GET", "/accounts/{account_id}", show_account, Permission.ACCOUNT_READ, "patient.show", _SUBJECT
    ),
    Endpoint(
        "GET",
        "/accounts/{account_id}/letters",
        list_letters,
        Permission.ACCOUNT_READ,
        "patient.statements",
        _SUBJECT,
    ),
    Endpoint(
        "GET",
        "/letters/{letter_id}",
        letter,
        Permission.LETTER_READ,
        "patient.statement",
        "letter/{letter_id}",
    ),
)
