"""The people of the demo, as pure functions: what staff answer to a task, what a patient does about a letter.

Nothing here acts. A robot joins these answers to the api; with the same script it plays the same part.
"""

from dataclasses import dataclass
from enum import StrEnum

from revcycle.domain.work.task_kinds import TASKS, ChoiceName, Needs, TaskKind
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.people_script import Correction, PeopleScript, PersonPart


class PatientEvent(StrEnum):
    """What reaches a guarantor: the letters of domain.contact, and the due day of each instalment."""

    STATEMENT = "statement"
    REMINDER = "reminder"
    PAST_DUE = "past_due"
    FINAL_NOTICE = "final_notice"
    INSTALLMENT_DUE = "installment_due"
    PLAN_AGREEMENT = "plan_agreement"
    PLAN_BROKEN = "plan_broken"
    CHARITY_DECISION = "charity_decision"
    DISPUTE_ANSWER = "dispute_answer"


_FIRST_INSTALLMENT_DAYS, _INTERVAL_DAYS = 14, 30
_NOTICES = (PatientEvent.REMINDER, PatientEvent.PAST_DUE, PatientEvent.FINAL_NOTICE)


class PatientActKind(StrEnum):
    """What a guarantor may do about it."""

    PAY = "pay"
    REQUEST_PLAN = "request_plan"
    APPLY_FOR_HARDSHIP = "apply_for_hardship"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class PatientAct:
    """One act, ``after_days`` business days on the clock after the event.

    ``amount_cents`` goes with PAY and REQUEST_PLAN; the days of a plan count from the request.
    """

    kind: PatientActKind
    after_days: int
    amount_cents: int = 0
    installments: int = 0
    first_due_after_days: int = 0
    interval_days: int = 0
    household_size: int = 0
    household_income_cents: int = 0
    dispute_subject: str = ""


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """What staff decide: one of the task's choices, and the right values they found."""

    choice: str
    corrections: tuple[Correction, ...] = ()
    reason: str = ""


_ANSWERS: dict[TaskKind, ChoiceName] = {
    TaskKind.FIX_REGISTRATION: ChoiceName.CORRECTED,
    TaskKind.FIX_SCRUB_FINDING: ChoiceName.CORRECTED,
    TaskKind.FIX_REJECTION: ChoiceName.CORRECTED,
    TaskKind.FIX_DENIAL: ChoiceName.CORRECTED,
    TaskKind.CLASSIFY_DENIAL: ChoiceName.APPEAL,
    TaskKind.APPROVE_WRITE_OFF: ChoiceName.WRITE_OFF,
    TaskKind.APPROVE_APPEAL: ChoiceName.APPROVE,
    TaskKind.APPROVE_DISPUTED_WRITE_OFF: ChoiceName.APPROVE,
    TaskKind.APPROVE_CHARITY: ChoiceName.APPROVE,
    TaskKind.APPROVE_REFERRAL: ChoiceName.REFER,
    TaskKind.RESOLVE_DISPUTE: ChoiceName.REJECTED,
    TaskKind.RESOLVE_CREDIT: ChoiceName.REFUND,
    TaskKind.CALL_PAYER: ChoiceName.WAIT,
    TaskKind.FIND_DEPOSIT: ChoiceName.KEEP_WAITING,
}
"""What the office answers; to any other task, the first answer offered."""
_REASONS: dict[TaskKind, str] = {
    TaskKind.FIX_REGISTRATION: "The patient's current card was copied at the desk.",
    TaskKind.FIX_REJECTION: "Checked against the chart and the provider file.",
    TaskKind.FIX_DENIAL: "Checked against the chart.",
    TaskKind.APPROVE_WRITE_OFF: "Every level of appeal is spent.",
    TaskKind.APPROVE_REFERRAL: "All notices went out and none was answered.",
    TaskKind.APPROVE_CHARITY: "Household size and income are documented and within the policy.",
    TaskKind.RESOLVE_DISPUTE: "The visit is in the chart and the payer's answer stands.",
}


def answer_task(script: PeopleScript, kind: TaskKind, source_control_number: str = "") -> TaskAnswer:
    """Return what staff answer to a task of the kind.

    ``source_control_number`` is CLM01 of the file the task's claim came from, or any claim of its account: it
    finds the right values for tasks that ask for a correction, and who is right in a dispute.
    """
    part, person = script.claims.get(source_control_number), script.person_of(source_control_number)
    choice = _ANSWERS.get(kind, TASKS[kind].choices[0].name).value
    if kind is TaskKind.CLASSIFY_DENIAL and part and part.life is Life.DENIED_CO16_REPLACED:
        choice = ChoiceName.CORRECTED.value
    if kind is TaskKind.RESOLVE_DISPUTE and person and person.dispute_outcome:
        choice = person.dispute_outcome
    offered = TASKS[kind].choice(choice)
    corrects = offered is not None and offered.needs is Needs.CORRECTION
    return TaskAnswer(choice, part.corrections if part and corrects else (), _REASONS.get(kind, "Reviewed."))


def patient_acts(
    script: PeopleScript, guarantor: str, event: PatientEvent, number: int, balance_cents: int
) -> tuple[PatientAct, ...]:
    """Return what a guarantor does about an event; ``number`` counts events of its kind, from 1.

    ``balance_cents`` is what is owed, for INSTALLMENT_DUE what the instalment asks. Who pays later pays no more
    than is owed by then: an earlier payment may have come between.
    """
    part = script.people.get(guarantor)
    if part is None or balance_cents <= 0:
        return ()
    if event is PatientEvent.STATEMENT:
        first_or_payer = number == 1 or part.life is Life.PAID_PATIENT_PAYS
        return _on_statement(part, balance_cents) if first_or_payer else ()
    if event is PatientEvent.INSTALLMENT_DUE:
        broken = part.break_at and number >= part.break_at
        return () if broken or not part.installments else (_pay(0, balance_cents),)
    if event is PatientEvent.DISPUTE_ANSWER:
        return (_pay(part.pays_after_days, balance_cents),) if part.dispute_subject else ()
    if part.pays_on_notice and event in _NOTICES:
        return (_pay(part.pays_after_days, balance_cents),)
    return ()


def _on_statement(part: PersonPart, balance_cents: int) -> tuple[PatientAct, ...]:
    after = part.asks_after_days
    if part.life is Life.PAID_PATIENT_PAYS:
        return (_pay(part.pays_after_days, balance_cents),)
    if part.installments:
        kind = PatientActKind.REQUEST_PLAN
        plan = PatientAct(
            kind,
            after,
            amount_cents=balance_cents,
            installments=part.installments,
            first_due_after_days=_FIRST_INSTALLMENT_DAYS,
            interval_days=_INTERVAL_DAYS,
        )
        return (plan,)
    if part.household_size:
        return (
            PatientAct(
                PatientActKind.APPLY_FOR_HARDSHIP,
                after,
                household_size=part.household_size,
                household_income_cents=part.household_income_cents,
            ),
        )
    if part.dispute_subject:
        return (PatientAct(PatientActKind.DISPUTE, after, dispute_subject=part.dispute_subject),)
    return ()


def _pay(after_days: int, amount_cents: int) -> PatientAct:
    return PatientAct(PatientActKind.PAY, after_days, amount_cents=amount_cents)
