"""What patients and staff ask of an account: the row is stored first, then the account's workflow is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool

from revcycle.access.roles import Permission
from revcycle.api import engine
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.db import ledger, once
from revcycle.db.engine import Tx
from revcycle.db.patients import accounts, assistance, contacts, disputes, payments, plans
from revcycle.domain.patients.assistance import Household, Region
from revcycle.domain.patients.contact import Channel, Contact, ContactKind
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeSubject
from revcycle.domain.patients.patient_account import Hold
from revcycle.domain.patients.patient_payment import PaymentMethod
from revcycle.domain.patients.payment_plan import even_terms
from revcycle.domain.work.starts import AccountStart

CALL_OUTCOMES = ("no_answer", "left_message", "reached", "promised_to_pay", "wrong_number")
FIRST_PAYMENT = timedelta(days=30)
INTERVAL_DAYS = 30
LANGUAGES = ("en", "es")


async def _ask(call: Call, update: str, store: Callable[[Tx, str], str], *more: str) -> dict[str, Any]:
    """Store the request (once per key) and have the workflow take it; refused requests say why."""
    account_id = call.path["account_id"]
    row_id = await run_in_threadpool(_stored, call, account_id, store)
    answer = await engine.update_or_start(
        call.office,
        AccountStart(account_id),
        update,
        row_id,
        *more,
        call.actor,
        key=f"{update}:{row_id}",
    )
    said = answer if isinstance(answer, dict) else {}
    if said.get("refusal"):
        raise Refusal(409, "refused", said["refusal"], where=row_id, remedy="see `revcycle patient show`")
    return {"account_id": account_id, "id": row_id, "answer": answer}


def _stored(call: Call, account_id: str, store: Callable[[Tx, str], str]) -> str:
    key = f"api:{call.actor}:{call.request_key or uuid4().hex}"
    with call.office.db.write() as tx:
        accounts.guarantor(tx, account_id)
        return once.once(tx, key, str, lambda: store(tx, account_id))


def _day(call: Call, name: str, default: date) -> date:
    text = call.text(name, "")
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        raise bad_input(f"{name} is not a day", name, "write it like 2026-03-31") from None


def _one_of(call: Call, name: str, known: Any, default: str | None = None) -> Any:
    text = call.text(name, default)
    try:
        return known(text)
    except ValueError:
        raise bad_input(f"{name} is not known", name, f"one of {', '.join(known)}") from None


def _whole(call: Call, name: str, default: int, least: int) -> int:
    value = call.json().get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise bad_input(
            f"{name} is not a whole number of at least {least}", name, f"leave it out for {default}"
        )
    return value


async def pay(call: Call) -> dict[str, Any]:
    """Record a payment of the patient."""
    cents, method = call.cents("amount_cents"), _one_of(call, "method", PaymentMethod, "check")
    received_on = _day(call, "received_on", call.at.date())

    def store(tx: Tx, account_id: str) -> str:
        return payments.record(tx, account_id, method, cents, received_on, call.actor, call.at)

    return await _ask(call, "record_payment", store)


async def agree_plan(call: Call) -> dict[str, Any]:
    """Agree on a payment plan over what the patient owes, in equal parts."""
    installments = _whole(call, "installments", 3, 1)
    interval = _whole(call, "interval_days", INTERVAL_DAYS, 1)
    first_due_on = _day(call, "first_due_on", call.at.date() + FIRST_PAYMENT)

    def store(tx: Tx, account_id: str) -> str:
        owed = call.json().get("total_cents") or ledger.account_balance(tx, account_id).patient_cents
        if not isinstance(owed, int) or owed <= 0:
            raise Refusal(
                409, "nothing_owed", "the patient owes nothing a plan could cover", where=account_id
            )
        return plans.propose(
            tx, account_id, even_terms(owed, installments, first_due_on, interval), call.actor, call.at
        )

    return await _ask(call, "agree_plan", store)


async def apply_for_assistance(call: Call) -> dict[str, Any]:
    """Take an application for financial assistance; nobody asks for money until it is decided."""
    size = _whole(call, "household_size", 1, 1)
    income = _whole(call, "income_cents", 0, 0)
    household = Household(size, income, _one_of(call, "region", Region, Region.CONTIGUOUS))

    def store(tx: Tx, account_id: str) -> str:
        return assistance.apply(tx, account_id, household, call.actor, call.at)

    return await _ask(call, "apply_for_assistance", store)


async def open_dispute(call: Call) -> dict[str, Any]:
    """Open a dispute; all contact pauses until it is answered."""
    subject, words = _one_of(call, "subject", DisputeSubject), call.text("words", "")
    claim_ids = call.json().get("claim_ids", [])
    if not isinstance(claim_ids, list) or not all(isinstance(claim_id, str) for claim_id in claim_ids):
        raise bad_input(
            "claim_ids is not a list of claim ids", "claim_ids", "leave it out for the whole balance"
        )

    def store(tx: Tx, account_id: str) -> str:
        return disputes.open_(tx, account_id, subject, words, tuple(claim_ids), call.actor, call.at)

    return await _ask(call, "open_dispute", store)


async def resolve_dispute(call: Call) -> dict[str, Any]:
    """Answer a dispute."""
    dispute_id, outcome = call.path["dispute_id"], _one_of(call, "outcome", DisputeOutcome)

    def known(tx: Tx, account_id: str) -> str:
        owner, _ = disputes.load(tx, dispute_id)
        if owner != account_id:
            raise Refusal(404, "not_found", f"{account_id} has no dispute {dispute_id}", where="dispute_id")
        return dispute_id

    return await _ask(call, "resolve_dispute", known, outcome.value)


async def set_hold(call: Call) -> dict[str, Any]:
    """Stop all asking for a reason outside the bill; an empty hold lets it go on."""
    account_id, hold = call.path["account_id"], _one_of(call, "hold", Hold, "")
    await run_in_threadpool(_known, call, account_id)
    key = f"set_hold:{call.request_key or uuid4().hex}"
    await engine.update_or_start(
        call.office,
        AccountStart(account_id),
        "set_hold",
        hold.value,
        call.actor,
        key=key,
    )
    return {"account_id": account_id, "hold": hold}


def _known(call: Call, account_id: str) -> None:
    with call.office.db.read() as tx:
        accounts.guarantor(tx, account_id)


def record_contact(call: Call) -> dict[str, Any]:
    """Write down a telephone call; what was not recorded did not happen."""
    account_id, outcome = call.path["account_id"], call.text("outcome")
    if outcome not in CALL_OUTCOMES:
        raise bad_input("outcome is not known", "outcome", f"one of {', '.join(CALL_OUTCOMES)}")
    contact = Contact(ContactKind.CALL, Channel.PHONE, call.at, outcome, call.actor)
    with call.office.db.write() as tx:
        accounts.guarantor(tx, account_id)
        contacts.record(tx, account_id, contact)
    return {"account_id": account_id, "outcome": outcome, "at": call.at}


def _endpoint(path: str, handler: Callable[[Call], Any], action: str) -> Endpoint:
    subject = "account/{account_id}"
    return Endpoint(
        "POST", f"/accounts/{{account_id}}/{path}", handler, Permission.ACCOUNT_SERVE, action, subject
    )


def set_language(call: Call) -> dict[str, Any]:
    """Have the guarantor's letters written in another language; none goes out for it."""
    account_id, language = call.path["account_id"], call.text("language")
    if language not in LANGUAGES:
        raise bad_input("no letters in this language", "language", f"one of {', '.join(LANGUAGES)}")
    with call.office.db.write() as tx:
        accounts.set_language(tx, account_id, language)
    return {"account_id": account_id, "language": language}


ENDPOINTS = (
    _endpoint("language", set_language, "patient.language"),
    _endpoint("payments", pay, "patient.pay"),
    _endpoint("plans", agree_plan, "patient.plan"),
    _endpoint("assistance", apply_for_assistance, "patient.assist"),
    _endpoint("disputes", open_dispute, "patient.dispute"),
    _endpoint("disputes/{dispute_id}/resolve", resolve_dispute, "patient.resolve"),
    _endpoint("hold", set_hold, "patient.hold"),
    _endpoint("contacts", record_contact, "patient.contact"),
)
