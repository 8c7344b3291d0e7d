"""Appeals on our side: planned, opened, guarded, decided, chased. One level of one denial each."""

from datetime import date

from revcycle.db import decisions, ledger
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import AppealRow
from revcycle.db.denials.denials import DenialRow
from revcycle.db.engine import Tx
from revcycle.db.work import clocks, inbox, tasks
from revcycle.domain.denials.appeal import (
    AppealKind,
    AppealOutcome,
    AppealPlan,
    AppealState,
    AppealStep,
    PacketFacts,
)
from revcycle.domain.denials.progress import AppealFound, AppealNews, PacketCheck
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.news import News
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.effects.denials.facts import policy_of
from revcycle.rules.denials import appeal as appeal_rule

_STEP_OF_STATE = {
    AppealState.PREPARING: AppealStep.PREPARE,
    AppealState.READY: AppealStep.PREPARE,
    AppealState.FILED: AppealStep.AWAIT_DECISION,
}
"""Where a process started anew goes on: a packet not filed is written again, one filed is never filed again."""
_STEP_OF_TASK = {
    TaskKind.MEND_APPEAL: AppealStep.MEND,
    TaskKind.ASK_APPEAL_DECISION: AppealStep.ASK_PAYER,
}
"""Where it goes on while a person is being asked."""


def plan_appeal(tx: Tx, act: Act, denial_id: str, kind: AppealKind) -> AppealPlan:
    """Decide whether the next level can be filed."""
    denial = denials.load(tx, denial_id)
    policy = policy_of(tx, denial)
    before = [a for a in appeals.of_denial(tx, denial_id) if a.outcome is not AppealOutcome.NOT_FILED]
    level = before[-1].level + 1 if before else 1
    notice = _notice(tx, denial, level)
    judged = appeal_rule.judge_level(policy, level, kind, notice, act.at.date(), denial.value_cents)
    decisions.decide(
        tx,
        act,
        appeal_rule.RULE,
        "file" if judged.possible else "ladder_ended",
        f"Appeal of {denial.code}: {judged.reason}.",
        subject=subjects.claim(denial.claim_id),
        policy=policy.reference,
        facts={
            "denial": denial_id,
            "level": str(level),
            "notice_date": notice.isoformat(),
            "kind": kind.value,
        },
    )
    return AppealPlan(
        appeal_id=f"{denial_id}-{level}",
        level=level,
        possible=judged.possible,
        needs_approval=judged.needs_approval,
        kind=kind,
        approve_by=appeal_rule.approve_by(judged.file_by, act.at),
        value_cents=denial.value_cents,
        reason=judged.reason,
    )


def _notice(tx: Tx, denial: DenialRow, level: int) -> date:
    """Return the day of what the level answers: the decision of the level before, or the remittance."""
    decided = [
        a.decided_at for a in appeals.of_denial(tx, denial.denial_id) if a.level < level and a.decided_at
    ]
    return decided[-1].date() if decided else denial.notice_date


def record(
    tx: Tx, act: Act, appeal: AppealRow, outcome: str, reason: str, actor: str = "system", **facts: str
) -> None:
    """Record a decision about an appeal on its claim."""
    denial = denials.load(tx, appeal.denial_id)
    known = {"appeal": appeal.appeal_id, "level": str(appeal.level), "kind": appeal.kind.value}
    decisions.decide(
        tx,
        act,
        "person" if actor not in ("system", "payer") else appeal_rule.RULE,
        outcome,
        reason,
        subject=subjects.claim(appeal.claim_id),
        actor=actor,
        policy=denial.policy,
        facts=known | {"code": denial.code, "notice_date": appeal.notice_date.isoformat()} | facts,
    )


def open_appeal(tx: Tx, act: Act, denial_id: str, level: int, kind: AppealKind) -> str:
    """Open (or reopen) a level and arm the clock it must be filed by; return its id."""
    denial = denials.load(tx, denial_id)
    policy = policy_of(tx, denial)
    rung = policy.level(level)
    assert rung is not None, "planned by the same policy"
    notice = _notice(tx, denial, level)
    judged = appeal_rule.judge_level(policy, level, kind, notice, act.at.date(), denial.value_cents)
    appeal = AppealRow(
        appeal_id=f"{denial_id}-{level}",
        denial_id=denial_id,
        claim_id=denial.claim_id,
        level=level,
        level_name=rung.name,
        body=rung.body,
        kind=kind,
        state=AppealState.PREPARING,
        notice_date=notice,
        file_by=judged.file_by,
        last_day=appeal_rule.last_day(policy, level, notice),
        packet_document_id="",
        problem="",
        filed_at=None,
        receipt="",
        decide_by=None,
        outcome=None,
        outcome_reason="",
        decided_at=None,
        created_at=act.at,
    )
    if not appeals.insert(tx, appeal):
        appeals.reopen(tx, appeal.appeal_id, kind)
    due_at = appeal_rule.closing_time(appeal.file_by)
    clocks.arm(tx, act, ClockName.APPEAL_FILING, due_at, subjects.claim(denial.claim_id))
    return appeal.appeal_id


def locate_appeal(tx: Tx, act: Act, appeal_id: str) -> AppealFound:
    """Find where a level stands, for a process started anew; a filed one waits for its decision."""
    tx.moved.add(act.subject)
    appeal = appeals.look_up(tx, appeal_id)
    if appeal is None or appeal.state is AppealState.NOT_FILED:
        return AppealFound(None, None, ())
    asked = tasks.questions(tx, appeal_id, subjects.claim(appeal.claim_id))
    steps = [_STEP_OF_TASK[one.request.kind] for one in asked if one.request.kind in _STEP_OF_TASK]
    return AppealFound(appeal.outcome, steps[-1] if steps else _STEP_OF_STATE.get(appeal.state), asked)


def check_appeal(tx: Tx, act: Act, appeal_id: str, late_allowed: bool) -> PacketCheck:
    """Guard the packet: letter, exhibits, last day, no second filing."""
    appeal = appeals.load(tx, appeal_id)
    packet = PacketFacts(
        last_day=appeal.last_day,
        letter=bool(appeal.packet_document_id),
        exhibits=frozenset(e.kind for e in appeals.exhibits_of(tx, appeal_id)),
        required=appeal_rule.required_exhibits(appeal.kind),
        filed_already=appeal.filed_at is not None,
        problem=appeal.problem,
    )
    findings = appeal_rule.check_packet(packet, act.at.date(), late_allowed=late_allowed)
    reason = "; ".join(finding.message for finding in findings)
    if not findings:
        appeals.ready(tx, appeal_id)
    outcome, words = "ready", "The appeal packet is complete and in time."
    if findings:
        outcome, words = "held", f"Level {appeal.level} packet held: {reason}."
    record(tx, act, appeal, outcome, words, findings=",".join(finding.code for finding in findings))
    return PacketCheck(ready=not findings, reason=reason)


def read_appeal(tx: Tx, act: Act, appeal_id: str) -> AppealNews:
    """Read whether the payer has decided, and record it when it has."""
    appeal = appeals.load(tx, appeal_id)
    told = inbox.take(tx, act.subject, News.APPEAL_DECISION)
    if told and appeal.outcome is None:
        said, _, reason_code = told[-1].reference.partition(":")
        outcome = AppealOutcome(said)
        appeals.end(tx, appeal_id, outcome, reason_code, told[-1].occurred_at)
        clocks.meet(tx, act, ClockName.APPEAL_DECISION, told[-1].occurred_at)
        clocks.cancel_all(tx, act)
        against = f" ({reason_code})" if outcome is AppealOutcome.UPHELD and reason_code else ""
        words = f"The payer decided level {appeal.level}: {outcome.value}{against}."
        record(tx, act, appeal, outcome.value, words, "payer", reason_code=reason_code)
        return AppealNews(outcome)
    if appeal.outcome is None and appeal.filed_at and _paid(tx, appeal.claim_id):
        _end(tx, act, appeal_id, AppealOutcome.OVERTURNED, "paid")
        words = f"Level {appeal.level} is won: the payer has paid what it denied, before any letter."
        record(tx, act, appeal, AppealOutcome.OVERTURNED.value, words)
        return AppealNews(AppealOutcome.OVERTURNED)
    return AppealNews(appeal.outcome)


def _paid(tx: Tx, claim_id: str) -> bool:
    return ledger.claim_balance(tx, claim_id).insurance_cents <= 0


def _end(tx: Tx, act: Act, appeal_id: str, outcome: AppealOutcome, reason: str) -> None:
    """End a level and its clocks: a decision told is met (or late), one nobody got is missed."""
    appeals.end(tx, appeal_id, outcome, reason, act.at)
    if outcome in (AppealOutcome.OVERTURNED, AppealOutcome.UPHELD):
        clocks.meet(tx, act, ClockName.APPEAL_DECISION)
    else:
        clocks.miss(tx, act, ClockName.APPEAL_DECISION)
    clocks.cancel_all(tx, act)


def chase_appeal(tx: Tx, act: Act, appeal_id: str) -> bool:
    """The payer is late: its clock is missed, and the next one armed."""
    appeal = appeals.load(tx, appeal_id)
    due_at = act.at + appeal_rule.CHASE_TIME
    clocks.miss(tx, act, ClockName.APPEAL_DECISION)
    clocks.arm(tx, act, ClockName.APPEAL_DECISION, due_at, subjects.claim(appeal.claim_id))
    appeals.await_until(tx, appeal_id, due_at)
    return True


def end_appeal(tx: Tx, act: Act, appeal_id: str, outcome: AppealOutcome, said: TaskDecision) -> AppealOutcome:
    """End a level by a person's word: told on the telephone, given up, or never filed."""
    appeal = appeals.load(tx, appeal_id)
    _end(tx, act, appeal_id, outcome, said.reason)
    words = f"Level {appeal.level} ended: {outcome.value.replace('_', ' ')}. {said.reason}"
    record(tx, act, appeal, outcome.value, words.strip(), said.actor)
    return outcome
