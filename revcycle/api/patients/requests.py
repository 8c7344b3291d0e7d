"""What patients and staff ask of an account: the row is stored first, then the account's workflow is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import uuid4

from msgspec import Meta
from starlette.concurrency import run_in_threadpool

from revcycle.access.roles import Permission
from revcycle.api import engine
from revcycle.api.asked import Cents
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode
from revcycle.api.guard import Endpoint, Handler
from revcycle.db import ledger, once
from revcycle.db.engine import Tx
from revcycle.db.patients import accounts, assistance, contacts, disputes, payments, plans
from revcycle.domain.patients.assistance import Household, Region
from revcycle.domain.patients.contact import Channel, Contact, ContactKind
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeSubject
from revcycle.domain.patients.patient_account import Hold
from revcycle.domain.patients.patient_payment import PaymentMethod
from revcycle.domain.patients.patient_step import AccountPosition
from revcycle.domain.patients.payment_plan import even_terms
from revcycle.domain.work.starts import AccountStart

FIRST_PAYMENT = timedelta(days=30)
INTERVAL_DAYS = 30


class CallOutcome(StrEnum):
    """How a telephone call ended."""

    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    REACHED = "reached"
    PROMISED_TO_PAY = "promised_to_pay"
    WRONG_NUMBER = "wrong_number"


class Language(StrEnum):
    """The languages there are letters in."""

    ENGLISH = "en"
    SPANISH = "es"


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """A payment of the patient; it came today when no day is said."""

    amount_cents: Cents
    method: PaymentMethod = PaymentMethod.CHECK
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanAsked:
    """A plan in equal parts over ``total_cents``, or all the patient owes; the first is due in 30 days if not said."""

    installments: Annotated[int, Meta(ge=1, description="a whole number of at least 1")] = 3
    interval_days: Annotated[int, Meta(ge=1, description="whole days, at least 1")] = INTERVAL_DAYS
    first_due_on: date | None = None
    total_cents: Cents | None = None


@dataclass(frozen=True, slots=True)
class AssistanceAsked:
    """What assistance is judged by; income is a year's, before tax."""

    household_size: Annotated[int, Meta(ge=1, description="how many live in the household, at least 1")] = 1
    income_cents: Annotated[int, Meta(ge=0, description="whole cents a year, 0 for none")] = 0
    region: Region = Region.CONTIGUOUS


@dataclass(frozen=True, slots=True)
class DisputeAsked:
    """What the patient says is wrong, in their words, and of which claims; of the whole balance when none is named."""

    subject: DisputeSubject
    words: str = ""
    claim_ids: Annotated[tuple[str, ...], Meta(description="a list of claim ids")] = ()


@dataclass(frozen=True, slots=True)
class DisputeAnswer:
    """Who was right."""

    outcome: DisputeOutcome


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """Why nobody may ask for money; empty lets the asking go on."""

    hold: Hold = Hold.NONE


@dataclass(frozen=True, slots=True)
class CallMade:
    """How a telephone call ended."""

    outcome: CallOutcome


@dataclass(frozen=True, slots=True)
class LanguageAsked:
    """The language of the guarantor's letters."""

    language: Language


@dataclass(frozen=True, slots=True)
class RequestTaken:
    """A request that was taken: its id, and where the account stands now."""

    account_id: str
    id: str
    answer: AccountPosition


@dataclass(frozen=True, slots=True)
class HoldSet:
    """The hold in force."""

    account_id: str
    hold: Hold


@dataclass(frozen=True, slots=True)
class CallRecorded:
    """A call that was written down."""

    account_id: str
    outcome: CallOutcome
    at: datetime


@dataclass(frozen=True, slots=True)
class LanguageSet:
    """The language of the guarantor's letters from now on."""

    account_id: str
    language: Language


async def _ask(call: Call, update: str, store: Callable[[Tx, str], str], *more: str) -> RequestTaken:
    """Store the request (once per key) and have the workflow take it; refused requests say why."""
    account_id = call.path["account_id"]
    row_id = await run_in_threadpool(_stored, call, account_id, store)
    position = await _tell(call, update, row_id, *more, key=f"{update}:{row_id}")
    return RequestTaken(account_id, row_id, position)


async def _tell(call: Call, update: str, *told: str, key: str) -> AccountPosition:
    account_id = call.path["account_id"]
    return await engine.update_or_start(
        call.office,
        AccountStart(account_id),
        update,
        *told,
        call.actor,
        key=key,
        answer=AccountPosition,
    )


def _stored(call: Call, account_id: str, store: Callable[[Tx, str], str]) -> str:
    key = f"api:{call.actor}:{call.request_key or uuid4().hex}"
    with call.office.db.write() as tx:
        accounts.guarantor(tx, account_id)
        return once.once(tx, key, str, lambda: store(tx, account_id))


async def pay(call: Call, body: PaymentReceived) -> RequestTaken:
    """Record a payment of the patient."""
    received_on = body.received_on or call.at.date()

    def store(tx: Tx, account_id: str) -> str:
        return payments.record(
            tx, account_id, body.method, body.amount_cents, received_on, call.actor, call.at
        )

    return await _ask(call, "record_payment", store)


async def agree_plan(call: Call, body: PlanAsked) -> RequestTaken:
    """Agree on a payment plan over what the patient owes, in equal parts."""
    first_due_on = body.first_due_on or call.at.date() + FIRST_PAYMENT

    def store(tx: Tx, account_id: str) -> str:
        owed = body.total_cents or ledger.account_balance(tx, account_id).patient_cents
        if owed <= 0:
            said = "the patient owes nothing a plan could cover"
            raise Refusal(
                RefusalCode.NOTHING_OWED,
                said,
                where=account_id,
                remedy="see the balance with `revcycle patient show`",
            )
        terms = even_terms(owed, body.installments, first_due_on, body.interval_days)
        return plans.propose(tx, account_id, terms, call.actor, call.at)

    return await _ask(call, "agree_plan", store)


async def apply_for_assistance(call: Call, body: AssistanceAsked) -> RequestTaken:
    """Take an application for financial assistance; nobody asks for money until it is decided."""
    household = Household(body.household_size, body.income_cents, body.region)

    def store(tx: Tx, account_id: str) -> str:
        return assistance.apply(tx, account_id, household, call.actor, call.at)

    return await _ask(call, "apply_for_assistance", store)


async def open_dispute(call: Call, body: DisputeAsked) -> RequestTaken:
    """Open a dispute; all contact pauses until it is answered."""

    def store(tx: Tx, account_id: str) -> str:
        return disputes.open_(tx, account_id, body.subject, body.words, body.claim_ids, call.actor, call.at)

    return await _ask(call, "open_dispute", store)


async def resolve_dispute(call: Call, body: DisputeAnswer) -> RequestTaken:
    """Answer a dispute."""
    dispute_id = call.path["dispute_id"]

    def known(tx: Tx, account_id: str) -> str:
        owner, _ = disputes.load(tx, dispute_id)
        if owner != account_id:
            said = f"{account_id} has no dispute {dispute_id}"
            remedy = "see its disputes with `revcycle patient show`"
            raise Refusal(RefusalCode.NOT_FOUND, said, where="dispute_id", remedy=remedy)
        return dispute_id

    return await _ask(call, "resolve_dispute", known, body.outcome.value)


async def set_hold(call: Call, body: HoldAsked) -> HoldSet:
    """Stop all asking for a reason outside the bill; an empty hold lets it go on."""
    account_id = call.path["account_id"]
    await run_in_threadpool(_known, call, account_id)
    await _tell(call, "set_hold", body.hold.value, key=f"set_hold:{call.request_key or uuid4().hex}")
    return HoldSet(account_id, body.hold)


def _known(call: Call, account_id: str) -> None:
    with call.office.db.read() as tx:
        accounts.guarantor(tx, account_id)


def record_contact(call: Call, body: CallMade) -> CallRecorded:
    """Write down a telephone call; what was not recorded did not happen."""
    account_id = call.path["account_id"]
    contact = Contact(ContactKind.CALL, Channel.PHONE, call.at, body.outcome.value, call.actor)
    with call.office.db.write() as tx:
        accounts.guarantor(tx, account_id)
        contacts.record(tx, account_id, contact)
    return CallRecorded(account_id, body.outcome, call.at)


def set_language(call: Call, body: LanguageAsked) -> LanguageSet:
    """Have the guarantor's letters written in another language; none goes out for it."""
    account_id = call.path["account_id"]
    with call.office.db.write() as tx:
        accounts.set_language(tx, account_id, body.language.value)
    return LanguageSet(account_id, body.language)


def _endpoint(path: str, handler: Handler, action: str) -> Endpoint:
    subject = "account/{account_id}"
    return Endpoint(
        "POST", f"/accounts/{{account_id}}/{path}", handler, Permission.ACCOUNT_SERVE, action, subject
    )


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
