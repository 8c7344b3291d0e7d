"""What patients and staff ask of an account: pay, plan, assistance, dispute. Each request counts once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities import patient_assistance, patient_disputes, patient_payments, patient_plans
from activities.patient_ledger import note
from revcycle.db import assistance, disputes, effects, patient_accounts, payments, plans
from revcycle.db.engine import Database, Tx
from revcycle.domain.dispute import DisputeOutcome
from revcycle.domain.patient_account import Hold
from revcycle.domain.patient_step import AccountPosition

_UNKNOWN = (assistance.NoSuchApplication, disputes.NoSuchDispute, payments.NoSuchPayment, plans.NoSuchPlan)

Body = Callable[[Tx, str, str, str, str, datetime], str]
"""(transaction, account, reference, actor, key, at) -> why it is refused, or nothing."""


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """Where the account stands after a request; ``refusal`` says in plain words why it was not taken."""

    position: AccountPosition
    refusal: str = ""


class _Refused(Exception):
    """The request was not taken; nothing of it may be kept, so the corrected one may come again."""


class PatientRequestActivities:
    """Takes requests whose rows the api has stored. The row's id is the key: the same request counts once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def post_payment(self, account_id: str, payment_id: str, actor: str, at: datetime) -> RequestAnswer:
        """Enter a payment: the plan's claims first, then the oldest; what is over becomes credit."""
        return self._take(
            patient_payments.post_payment, account_id, payment_id, actor, f"payment:{payment_id}", at
        )

    @activity.defn
    def agree_plan(self, account_id: str, plan_id: str, actor: str, at: datetime) -> RequestAnswer:
        """Put a proposed plan in force when the rules allow its terms."""
        return self._take(patient_plans.agree, account_id, plan_id, actor, f"plan:{plan_id}", at)

    @activity.defn
    def open_application(
        self, account_id: str, application_id: str, actor: str, at: datetime
    ) -> RequestAnswer:
        """Begin to judge an application for assistance; nobody asks for money until it is decided."""
        body, key = patient_assistance.open_application, f"application:{application_id}"
        return self._take(body, account_id, application_id, actor, key, at)

    @activity.defn
    def open_dispute(self, account_id: str, dispute_id: str, actor: str, at: datetime) -> RequestAnswer:
        """Pause all contact."""
        body, key = patient_disputes.open_dispute, f"dispute:{dispute_id}"
        return self._take(body, account_id, dispute_id, actor, key, at)

    @activity.defn
    def resolve_dispute(
        self, account_id: str, dispute_id: str, outcome: str, actor: str, key: str, at: datetime
    ) -> RequestAnswer:
        """Record who was right."""

        def body(tx: Tx, account_id: str, dispute_id: str, actor: str, key: str, at: datetime) -> str:
            found = DisputeOutcome(outcome)
            return patient_disputes.resolve(tx, account_id, dispute_id, found, actor, key, at)

        return self._take(body, account_id, dispute_id, actor, key, at)

    @activity.defn
    def set_hold(self, account_id: str, hold: str, actor: str, key: str, at: datetime) -> RequestAnswer:
        """Stop all asking for a reason outside the bill, or (empty) let it go on."""
        return self._take(_set_hold, account_id, hold, actor, key, at)

    def _take(
        self, body: Body, account_id: str, reference: str, actor: str, key: str, at: datetime
    ) -> RequestAnswer:
        with self._db.write() as tx:
            patient_accounts.load(tx, account_id, lock=True)

            def attempt() -> bool:
                if refusal := body(tx, account_id, reference, actor, key, at):
                    raise _Refused(refusal)
                return True

            refusal = ""
            try:
                effects.once(tx, key, bool, attempt)
            except (_Refused, *_UNKNOWN) as refused:
                refusal = str(refused)
            return RequestAnswer(patient_accounts.position(tx, account_id), refusal)


def _set_hold(tx: Tx, account_id: str, hold: str, actor: str, key: str, at: datetime) -> str:
    patient_accounts.change(tx, account_id, at, hold=Hold(hold).value)
    reason = f"On hold: {hold.replace('_', ' ')}." if hold else "The hold is over."
    note(tx, key, account_id, "person", "hold" if hold else "hold_ended", reason, at, actor=actor)
    return ""
