"""The contact gate and the ladder: whether we may ask a patient for money, and what comes after what.

Every letter passes ``contact_barriers`` twice, when it is written and in the transaction that releases it;
every referral to an agency passes ``referral_barriers``. Nothing else in this program may write to a patient.
"""

from datetime import date, timedelta

from revcycle.domain.patients.contact import ASKS_FOR_MONEY, ContactKind
from revcycle.domain.patients.patient_account import AccountStanding, BillingStep, Hold
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.payment_plan import PlanState

_NOTICES = (ContactKind.REMINDER, ContactKind.PAST_DUE, ContactKind.FINAL_NOTICE)
_PLAN_RUNS = (PlanState.ACTIVE, PlanState.LAST_CHANCE)
NEXT_STEP: dict[BillingStep, BillingStep] = {
    BillingStep.STATEMENT: BillingStep.REMINDER,
    BillingStep.REMINDER: BillingStep.PAST_DUE,
    BillingStep.PAST_DUE: BillingStep.FINAL_NOTICE,
    BillingStep.FINAL_NOTICE: BillingStep.REFERRED,
}


def contact_barriers(standing: AccountStanding, kind: ContactKind) -> tuple[str, ...]:
    """Return why this contact may not be made now; nothing means the gate is open. No identity in it."""
    if standing.dispute is not None and standing.dispute.open:
        return ("a dispute is open: all contact pauses",)
    if kind not in ASKS_FOR_MONEY:
        return ()
    barriers = list(_protections(standing))
    if _plan_runs(standing) and kind is not ContactKind.PLAN_BROKEN:
        barriers.append("a payment plan is being kept")
    if not standing.billable:
        barriers.append("no balance is free of open payer liability")
    if kind in _NOTICES and any(share.unannounced for share in standing.shares):
        barriers.append("a balance was never on a statement")
    return tuple(barriers)


def _protections(standing: AccountStanding) -> tuple[str, ...]:
    applied = standing.application is not None and standing.application.open
    checks = (
        (standing.hold is not Hold.NONE, f"the account is on hold: {standing.hold.value.replace('_', ' ')}"),
        (applied, "an application for assistance is open"),
    )
    return tuple(reason for applies, reason in checks if applies)


def _plan_runs(standing: AccountStanding) -> bool:
    return standing.plan is not None and standing.plan.state in _PLAN_RUNS


def referral_on(final_notice_on: date, statement_on: date, policy: PatientPolicy) -> date:
    """Return the first day an account may go to an agency, as the final notice of that day must name it."""
    return max(
        statement_on + timedelta(policy.referral_days_min),
        final_notice_on + timedelta(policy.final_notice_age_days_min),
    )


def referral_barriers(standing: AccountStanding, policy: PatientPolicy, on: date) -> tuple[str, ...]:
    """Return why the account may not go to an agency on the day; nothing: it may, if a manager agrees."""
    barriers = list(contact_barriers(standing, ContactKind.FINAL_NOTICE))
    ladder = standing.ladder
    if ladder.step is not BillingStep.FINAL_NOTICE or ladder.statement_on is None:
        return (*barriers, "no final notice was sent")
    if on < ladder.statement_on + timedelta(policy.referral_days_min):
        barriers.append(f"less than {policy.referral_days_min} days since the first statement")
    if ladder.referral_on is None or on < ladder.referral_on:
        barriers.append("the day named in the final notice has not come")
    asked = [contact for contact in standing.contacts if contact.kind in ASKS_FOR_MONEY]
    if len(asked) < policy.referral_contacts_min:
        barriers.append(f"fewer than {policy.referral_contacts_min} documented contacts")
    notices = [contact.occurred_at.date() for contact in asked if contact.kind is ContactKind.FINAL_NOTICE]
    if not notices or on < max(notices) + timedelta(policy.final_notice_age_days_min):
        barriers.append(f"the final notice is less than {policy.final_notice_age_days_min} days old")
    if any(not share.billable for share in standing.shares):
        barriers.append("a payer may still be liable for part of the account")
    return tuple(barriers)


def due_on(standing: AccountStanding, policy: PatientPolicy) -> date:
    """Return the first day the next step of the ladder may be taken."""
    ladder = standing.ladder
    if ladder.step is BillingStep.NOT_BILLED or ladder.step_on is None:
        due = standing.opened_on + timedelta(policy.gathering_days)
    elif ladder.restate:
        due = ladder.step_on
    else:
        due = ladder.step_on + timedelta(_gap(ladder.step, policy))
        if ladder.step is BillingStep.FINAL_NOTICE:
            due = max(due, ladder.referral_on or due, ladder.held_until or due)
    return max(due, ladder.resume_on or due)


def _gap(step: BillingStep, policy: PatientPolicy) -> int:
    """Return the days between a step and the one after it."""
    days = {
        BillingStep.STATEMENT: policy.reminder_days,
        BillingStep.REMINDER: policy.past_due_days - policy.reminder_days,
        BillingStep.PAST_DUE: policy.final_notice_days - policy.past_due_days,
        BillingStep.FINAL_NOTICE: policy.final_notice_age_days_min,
    }
    return days[step]
