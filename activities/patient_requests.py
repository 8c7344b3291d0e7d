"""What patients and staff ask of an account: pay, plan, assistance, dispute, hold. Each request counts once."""

from revcycle.db.engine import Tx
from revcycle.domain.patients.progress import RequestAnswer
from revcycle.domain.patients.requests import (
    ApplicationToOpen,
    DisputeToOpen,
    DisputeToResolve,
    HoldToSet,
    PaymentToPost,
    PlanToAgree,
)
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Door, request
from revcycle.effects.patients import assistance, disputes, payments, plans, requests


class PatientRequestActivities(Door):
    """Takes requests whose rows the api has stored. The row says whether it was taken: the same one counts once."""

    @request
    def post_payment(self, tx: Tx, act: Act, account_id: str, asked: PaymentToPost) -> RequestAnswer:
        """Enter a payment: the plan's claims first, then the oldest; what is over becomes credit."""
        return payments.post_payment(tx, act, account_id, asked)

    @request
    def agree_plan(self, tx: Tx, act: Act, account_id: str, asked: PlanToAgree) -> RequestAnswer:
        """Put a proposed plan in force when the rules allow its terms."""
        return plans.agree_plan(tx, act, account_id, asked)

    @request
    def open_application(self, tx: Tx, act: Act, account_id: str, asked: ApplicationToOpen) -> RequestAnswer:
        """Begin to judge an application for assistance; nobody asks for money until it is decided."""
        return assistance.open_application(tx, act, account_id, asked)

    @request
    def open_dispute(self, tx: Tx, act: Act, account_id: str, asked: DisputeToOpen) -> RequestAnswer:
        """Pause all contact."""
        return disputes.open_dispute(tx, act, account_id, asked)

    @request
    def resolve_dispute(self, tx: Tx, act: Act, account_id: str, asked: DisputeToResolve) -> RequestAnswer:
        """Record who was right."""
        return disputes.resolve_dispute(tx, act, account_id, asked)

    @request
    def set_hold(self, tx: Tx, act: Act, account_id: str, asked: HoldToSet) -> RequestAnswer:
        """Stop all asking for a reason outside the bill, or let it go on."""
        return requests.set_hold(tx, act, account_id, asked)
