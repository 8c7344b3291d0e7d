"""What patients and staff ask of an account: pay, plan, assistance, dispute. Each request counts once."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database, Tx
from revcycle.db.patients import patient_accounts
from revcycle.domain.patients.dispute import DisputeOutcome
from revcycle.domain.patients.progress import RequestAnswer
from revcycle.effects.patients import requests
from revcycle.effects.patients.assistance import open_application
from revcycle.effects.patients.disputes import open_dispute, resolve
from revcycle.effects.patients.payments import post_payment
from revcycle.effects.patients.plans import agree


class PatientRequestActivities:
    """Takes requests whose rows the api has stored. The row's id is the key: the same request counts once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def post_payment(self, account_id: str, payment_id: str, actor: str, at: datetime) -> RequestAnswer:
        """Enter a payment: the plan's claims first, then the oldest; what is over becomes credit."""
        return self._take(post_payment, account_id, payment_id, actor, f"payment:{payment_id}", at)

    @activity.defn
    def agree_plan(self, account_id: str, plan_id: str, actor: str, at: datetime) -> RequestAnswer:
        """Put a proposed plan in force when the rules allow its terms."""
        return self._take(agree, account_id, plan_id, actor, f"plan:{plan_id}", at)

    @activity.defn
    def open_application(
        self, account_id: str, application_id: str, actor: str, at: datetime
    ) -> RequestAnswer:
        """Begin to judge an application for assistance; nobody asks for money until it is decided."""
        body, key = open_application, f"application:{application_id}"
        return self._take(body, account_id, application_id, actor, key, at)

    @activity.defn
    def open_dispute(self, account_id: str, dispute_id: str, actor: str, at: datetime) -> RequestAnswer:
        """Pause all contact."""
        body, key = open_dispute, f"dispute:{dispute_id}"
        return self._take(body, account_id, dispute_id, actor, key, at)

    @activity.defn
    def resolve_dispute(
        self, account_id: str, dispute_id: str, outcome: str, actor: str, key: str, at: datetime
    ) -> RequestAnswer:
        """Record who was right."""

        def body(tx: Tx, account_id: str, dispute_id: str, actor: str, key: str, at: datetime) -> str:
            found = DisputeOutcome(outcome)
            return resolve(tx, account_id, dispute_id, found, actor, key, at)

        return self._take(body, account_id, dispute_id, actor, key, at)

    @activity.defn
    def set_hold(self, account_id: str, hold: str, actor: str, key: str, at: datetime) -> RequestAnswer:
        """Stop all asking for a reason outside the bill, or (empty) let it go on."""
        return self._take(requests.set_hold, account_id, hold, actor, key, at)

    def _take(
        self, body: requests.Body, account_id: str, reference: str, actor: str, key: str, at: datetime
    ) -> RequestAnswer:
        with self._db.write() as tx:
            patient_accounts.load(tx, account_id, lock=True)

            def attempt() -> bool:
                if refusal := body(tx, account_id, reference, actor, key, at):
                    raise requests.Refused(refusal)
                return True

            refusal = ""
            try:
                once.once(tx, key, bool, attempt)
            except (requests.Refused, *requests.UNKNOWN) as refused:
                refusal = str(refused)
            return RequestAnswer(patient_accounts.position(tx, account_id), refusal)
