"""The way a denial goes: turned, put on hold, and found again by a process started anew."""

from datetime import datetime

from revcycle.db import decisions
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import AppealRow
from revcycle.db.denials.denials import DenialRow
from revcycle.db.engine import Tx
from revcycle.db.work import clocks, deadlines, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.denials.appeal import AppealOutcome, AppealPlan
from revcycle.domain.denials.denial import AFTER_LEVEL, DenialOutcome, DenialRouteKind
from revcycle.domain.denials.progress import DenialFound, DenialPlan
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.denials.facts import policy_of
from revcycle.rules.denials import appeal as appeal_rule
from revcycle.rules.denials import denial_routing

_APPEALING = (DenialRouteKind.APPEAL, DenialRouteKind.PROVE_TIMELY_FILING)
_CORRECTABLE = (DenialRouteKind.CORRECT, DenialRouteKind.PERSON)


def arm_for(tx: Tx, act: Act, denial: DenialRow, route: DenialRouteKind) -> datetime | None:
    """Arm the clocks of a way and end those of the one before; return when a person must have dealt with it."""
    about = subjects.claim(denial.claim_id)
    clocks.meet(tx, act, ClockName.DENIAL_WORK)
    _end_hold(tx, act)
    if route in _CORRECTABLE:
        _await_correction(tx, act, denial)
    else:
        clocks.cancel(tx, act, ClockName.CORRECTED_CLAIM)
    work_by = denial_routing.work_by(route, policy_of(tx, denial), denial.correct_by, act.at)
    if work_by is not None:
        clocks.arm(tx, act, ClockName.DENIAL_WORK, work_by, about)
    return work_by


def _await_correction(tx: Tx, act: Act, denial: DenialRow) -> None:
    """Arm the last day for a corrected claim, unless it is armed already, or was missed and has been told."""
    counts = (DeadlineState.ARMED, DeadlineState.MISSED)
    name = ClockName.CORRECTED_CLAIM
    if not any(row.name == name and row.state in counts for row in deadlines.of_subject(tx, act.subject)):
        last = appeal_rule.closing_time(denial.correct_by)
        clocks.arm(tx, act, name, last, subjects.claim(denial.claim_id))


def reroute_denial(tx: Tx, act: Act, denial_id: str, route: DenialRouteKind) -> datetime | None:
    """Turn a denial to another way, or to the same once more; return when a person must have dealt with it.

    The decision behind it is recorded where it was made.
    """
    denials.reroute(tx, denial_id, route, act.at)
    return arm_for(tx, act, denials.load(tx, denial_id), route)


def hold_write_off(tx: Tx, act: Act, denial_id: str, hold: TaskDecision) -> bool:
    """Let a write-off rest, as a manager said, and record when it is asked for again."""
    denial = denials.load(tx, denial_id)
    denials.reroute(tx, denial_id, denial.route, act.at)
    until, about = act.at + denial_routing.HOLD_TIME, subjects.claim(denial.claim_id)
    clocks.meet(tx, act, ClockName.DENIAL_WORK)
    clocks.arm(tx, act, ClockName.WRITE_OFF_HOLD, until, about)
    reason = f"The write-off of {denial.code} rests; it is asked for again on {until.date()}."
    decisions.decide(
        tx, act, "person", "write_off_on_hold", reason, subject=about, actor=hold.actor, policy=denial.policy
    )
    return True


def _end_hold(tx: Tx, act: Act) -> None:
    """A rest is over on the day it was to be over, however late we look."""
    for clock in clocks.armed(tx, act.subject):
        if clock.name is ClockName.WRITE_OFF_HOLD:
            clocks.meet(tx, act, clock.name, clock.due_at)


def locate_denial(tx: Tx, act: Act, denial_id: str) -> DenialFound:
    """Find where a denial stands, for a process started anew: its way, the level under way, what is being asked."""
    tx.moved.add(act.subject)
    found = denials.look_up(tx, denial_id)
    if found is None:
        return DenialFound()
    last = next(reversed(appeals.of_denial(tx, denial_id)), None)
    step = _step(found, last)
    plan = _plan(tx, act, found, step if isinstance(step, DenialRouteKind) else found.route, last)
    if isinstance(step, DenialOutcome):
        return DenialFound(plan, step)
    asked = tasks.questions(tx, denial_id, subjects.claim(found.claim_id), found.updated_at)
    actor = tasks.last_actor(tx, denial_id, subjects.claim(found.claim_id))
    if step is not found.route:
        reroute_denial(tx, act, denial_id, step)
    under_way = last is not None and last.outcome is None and step in _APPEALING
    return DenialFound(plan, None, _level(found, last) if last and under_way else None, actor, asked)


def _step(denial: DenialRow, last: AppealRow | None) -> DenialRouteKind | DenialOutcome:
    """Return where a denial goes on: a level that ended after the last turn has not been acted upon yet."""
    if denial.outcome is not None:
        return denial.outcome
    if last is None or last.outcome is None or last.decided_at is None:
        return denial.route
    acted_upon = last.decided_at < denial.updated_at and last.outcome is not AppealOutcome.OVERTURNED
    return denial.route if acted_upon else AFTER_LEVEL.get(last.outcome, denial.route)


def _plan(tx: Tx, act: Act, denial: DenialRow, route: DenialRouteKind, last: AppealRow | None) -> DenialPlan:
    policy = policy_of(tx, denial)
    due = {clock.name: clock.due_at for clock in clocks.armed(tx, act.subject)}
    told = (
        f"appeal level {last.level}: {last.outcome.value.replace('_', ' ')}" if last and last.outcome else ""
    )
    return DenialPlan(
        route=route,
        code=denial.code,
        reason=told or denial.reason,
        payer_class=policy.payer_class,
        value_cents=denial.value_cents,
        work_by=due.get(ClockName.DENIAL_WORK)
        or denial_routing.work_by(route, policy, denial.correct_by, act.at),
    )


def _level(denial: DenialRow, appeal: AppealRow) -> AppealPlan:
    return AppealPlan(
        appeal_id=appeal.appeal_id,
        level=appeal.level,
        possible=True,
        needs_approval=False,
        kind=appeal.kind,
        approve_by=appeal_rule.closing_time(appeal.file_by),
        value_cents=denial.value_cents,
        reason=denial.reason,
    )
