"""Appeals on our side: opened, guarded, decided, chased. One level of one denial each."""

from datetime import datetime, timedelta

from revcycle.db import decisions, ledger
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import AppealRow
from revcycle.db.engine import Tx
from revcycle.db.work import deadlines, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.decision import Decision
from revcycle.domain.denials.appeal import AppealKind, AppealOutcome, AppealState, PacketFacts
from revcycle.domain.denials.progress import AppealNews, PacketCheck
from revcycle.domain.exchange.policy import AppealLevel
from revcycle.domain.finding import Finding
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.effects.denials.facts import policy_of
from revcycle.rules.denials import appeal as appeal_rule

CHASE_DAYS = 14
"""How long the payer has after each call before it is called again."""


def filing_clock(level: int) -> str:
    """Return the name of the clock a level must be filed by."""
    return f"appeal level {level} filing"


def decision_clock(level: int) -> str:
    """Return the name of the clock a level's decision is due by."""
    return f"appeal level {level} decision"


def decide_by(appeal: AppealRow, rung: AppealLevel, grace_days: int, filed_at: datetime) -> datetime:
    """Return when the payer should have decided an appeal filed then."""
    return filed_at + timedelta(days=rung.decide_days + grace_days)


def record(
    tx: Tx, appeal: AppealRow, key: str, outcome: str, reason: str, actor: str, at: datetime, **facts: str
) -> None:
    """Record a decision about an appeal on its claim."""
    denial = denials.load(tx, appeal.denial_id)
    known = {"appeal": appeal.appeal_id, "level": str(appeal.level), "kind": appeal.kind.value}
    decisions.record(
        tx,
        Decision(
            key=f"appeal:{key}",
            subject=subjects.claim(appeal.claim_id),
            rule="person" if actor not in ("system", "payer") else appeal_rule.RULE,
            policy=denial.policy,
            outcome=outcome,
            reason=reason,
            actor=actor,
            occurred_at=at,
            recorded_at=at,
            facts=known | {"code": denial.code, "notice_date": appeal.notice_date.isoformat()} | facts,
        ),
    )


def open_appeal(tx: Tx, denial_id: str, level: int, kind: AppealKind, at: datetime) -> str:
    """Open (or reopen) a level and arm the clock it must be filed by; return its id."""
    denial = denials.load(tx, denial_id)
    policy = policy_of(tx, denial)
    rung = policy.level(level)
    assert rung is not None, "planned by the same policy"
    before = [a for a in appeals.of_denial(tx, denial_id) if a.level < level and a.decided_at]
    notice = before[-1].decided_at.date() if before and before[-1].decided_at else denial.notice_date
    judged = appeal_rule.judge_level(policy, level, kind, notice, at.date(), denial.value_cents)
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
        created_at=at,
    )
    if not appeals.insert(tx, appeal):
        anew = {"state": AppealState.PREPARING.value, "outcome": "", "outcome_reason": "", "kind": kind.value}
        appeals.change(tx, appeal.appeal_id, **anew, decided_at=None)
    due_at = appeal_rule.closing_time(appeal.file_by)
    deadlines.arm(tx, subjects.claim(denial.claim_id), filing_clock(level), due_at, at)
    return appeal.appeal_id


def check_appeal(tx: Tx, appeal_id: str, late_allowed: bool, key: str, at: datetime) -> PacketCheck:
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
    findings = appeal_rule.check_packet(packet, at.date(), late_allowed=late_allowed)
    reason = "; ".join(finding.message for finding in findings)
    if not findings:
        appeals.change(tx, appeal_id, state=AppealState.READY.value)
    outcome, words = "ready", "The appeal packet is complete and in time."
    if findings:
        outcome, words = "held", f"Level {appeal.level} packet held: {reason}."
    record(tx, appeal, key, outcome, words, "system", at, findings=_codes(findings))
    return PacketCheck(ready=not findings, reason=reason)


def _codes(findings: tuple[Finding, ...]) -> str:
    return ",".join(finding.code for finding in findings)


def read_appeal(tx: Tx, appeal_id: str, key: str, at: datetime) -> AppealNews:
    """Read whether the payer has decided, and record it when it has."""
    appeal = appeals.load(tx, appeal_id)
    told = inbox.take(tx, subjects.appeal(appeal_id), News.APPEAL_DECISION)
    if told and appeal.outcome is None:
        said, _, reason_code = told[-1].reference.partition(":")
        outcome = AppealOutcome(said)
        _decide(tx, appeal, outcome, reason_code, told[-1].occurred_at)
        against = f" ({reason_code})" if outcome is AppealOutcome.UPHELD and reason_code else ""
        words = f"The payer decided level {appeal.level}: {outcome.value}{against}."
        record(tx, appeal, key, outcome.value, words, "payer", at, reason_code=reason_code)
        return AppealNews(outcome, appeal.decide_by)
    if appeal.outcome is None and appeal.filed_at and _paid(tx, appeal.claim_id):
        _decide(tx, appeal, AppealOutcome.OVERTURNED, "paid", at)
        words = f"Level {appeal.level} is won: the payer has paid what it denied, before any letter."
        record(tx, appeal, key, AppealOutcome.OVERTURNED.value, words, "system", at)
        return AppealNews(AppealOutcome.OVERTURNED, appeal.decide_by)
    return AppealNews(appeal.outcome, appeal.decide_by)


def _paid(tx: Tx, claim_id: str) -> bool:
    return ledger.claim_balance(tx, claim_id).insurance_cents <= 0


def _decide(tx: Tx, appeal: AppealRow, outcome: AppealOutcome, reason: str, at: datetime) -> None:
    told = {"outcome": outcome.value, "outcome_reason": reason, "decided_at": at}
    state = AppealState.NOT_FILED if outcome is AppealOutcome.NOT_FILED else AppealState.DECIDED
    appeals.change(tx, appeal.appeal_id, state=state.value, **told)
    subject = subjects.claim(appeal.claim_id)
    if outcome in (AppealOutcome.OVERTURNED, AppealOutcome.UPHELD):
        deadlines.meet(tx, subject, decision_clock(appeal.level), at)
    deadlines.end(tx, subject, decision_clock(appeal.level), DeadlineState.MISSED, at)
    deadlines.end(tx, subject, filing_clock(appeal.level), DeadlineState.CANCELLED, at)


def chase_appeal(tx: Tx, appeal_id: str, at: datetime) -> datetime:
    """The payer is late: note the missed clock, set the next one; return when it rings."""
    appeal = appeals.load(tx, appeal_id)
    due_at = at + timedelta(days=CHASE_DAYS)
    subject, clock = subjects.claim(appeal.claim_id), decision_clock(appeal.level)
    deadlines.end(tx, subject, clock, DeadlineState.MISSED, at)
    deadlines.arm(tx, subject, clock, due_at, at)
    appeals.change(tx, appeal_id, decide_by=due_at)
    return due_at


def end_appeal(
    tx: Tx, appeal_id: str, outcome: AppealOutcome, reason: str, actor: str, key: str, at: datetime
) -> bool:
    """End a level by a person's word: told on the telephone, given up, or never filed."""
    appeal = appeals.load(tx, appeal_id)
    _decide(tx, appeal, outcome, reason, at)
    words = f"Level {appeal.level} ended: {outcome.value.replace('_', ' ')}. {reason}"
    record(tx, appeal, key, outcome.value, words.strip(), actor, at)
    return True
