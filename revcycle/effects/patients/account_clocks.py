"""The clocks of an account: what it waits for next, and by when a letter must be out.

One clock says when the account is looked at again, and what for. A letter has a second one: it starts with the
day it is promised for and its slack, and the letter's release meets it.
"""

from datetime import datetime, timedelta

from revcycle.db.engine import Tx
from revcycle.db.work import clocks
from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.patient_step import AccountAction, NextStep
from revcycle.domain.patients.payment_plan import PlanState
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.effects.work.clocks import miss_clock

SOON = timedelta(days=1)
"""A clock counts as met when the account is looked at within a day of it."""
_PATIENT_PAYS = frozenset({ClockName.INSTALLMENT, ClockName.PLAN_CATCH_UP})


def follow(tx: Tx, act: Act, step: NextStep, policy: PatientPolicy) -> None:
    """Arm the clocks the step names, and end those that have passed or no longer matter."""
    tx.moved.add(act.subject)  # told in full each time: a life that was ending may have armed them meanwhile
    armed = {clock.name: clock.due_at for clock in clocks.armed(tx, act.subject)}
    wanted = _wanted(step, timedelta(policy.letter_slack_days), armed, act.at)
    for name, due_at in armed.items():
        if due_at <= act.at:
            _end_passed(tx, act, step, name, due_at)
        elif name not in wanted:
            clocks.cancel(tx, act, name)
    for name, due_at in wanted.items():
        if armed.get(name) != due_at or due_at <= act.at:
            clocks.arm(tx, act, name, due_at)


def letter_out(tx: Tx, act: Act) -> None:
    """A letter was released: in time, unless its clock has passed."""
    clocks.meet(tx, act, ClockName.LETTER_OUT)


def _wanted(
    step: NextStep, slack: timedelta, armed: dict[ClockName, datetime], at: datetime
) -> dict[ClockName, datetime]:
    """Return the clocks that must be armed from now on."""
    if step.action is AccountAction.SEND:
        promised = armed.get(ClockName.LETTER_OUT, at)
        return {ClockName.LETTER_OUT: promised if promised > at else at + slack}
    if step.action is not AccountAction.WAIT or step.clock is None:
        return {name: due_at for name, due_at in armed.items() if due_at > at}
    waits = {step.clock.name: step.clock.due_at}
    return waits | {ClockName.LETTER_OUT: step.clock.due_at + slack} if step.promised else waits


def _end_passed(tx: Tx, act: Act, step: NextStep, name: ClockName, due_at: datetime) -> None:
    """End a clock whose day has come: met when what it waited for is done, missed when it is not."""
    if name is ClockName.LETTER_OUT or (name in _PATIENT_PAYS and _not_paid(step)):
        miss_clock(tx, act, name)
    else:
        clocks.meet(tx, act, name, due_at if act.at - due_at < SOON else act.at)


def _not_paid(step: NextStep) -> bool:
    return step.letter is ContactKind.PLAN_BROKEN or step.outcome is PlanState.BROKEN
