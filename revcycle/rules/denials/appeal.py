"""Appeals: which level comes next, and whether a packet may go out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from revcycle.domain.denials.appeal import AppealKind, PacketFacts
from revcycle.domain.exchange.policy import AppealLevel, PayerPolicy
from revcycle.domain.finding import Finding
from revcycle.domain.money import dollars
from revcycle.rules.claims.timely_filing import appeal_deadline, appeal_limit

RULE = "appeal@1"
AUTOMATIC_LEVEL_MAX = 1
"""Levels above this one cost more than a letter: a manager approves them first."""

CLAIM_SUMMARY, REMITTANCE_EXCERPT, FILING_RECORD = "claim summary", "remittance excerpt", "filing record"

_CLOSING = time(17, tzinfo=UTC)
_ARGUMENTS = {
    "authorization": "authorization",
    "referral": "authorization",
    "bundling": "bundled",
    "coding": "coding",
    "cob": "coordination_of_benefits",
    "duplicate": "duplicate",
    "eligibility": "eligibility",
    "medical_necessity": "medical_necessity",
    "registration": "missing_information",
    "documentation": "missing_information",
    "benefit_exclusion": "non_covered",
    "benefit_max": "non_covered",
    "timely_filing": "timely_filing",
    "contractual": "underpayment",
}


@dataclass(frozen=True, slots=True)
class LevelJudgement:
    """Whether the level can be filed, until which day, and why (not)."""

    possible: bool
    needs_approval: bool
    file_by: date
    reason: str


def judge_level(
    policy: PayerPolicy, level: int, kind: AppealKind, notice_date: date, on: date, value_cents: int
) -> LevelJudgement:
    """Judge whether to file this level; the notice is the remittance or the decision before."""
    rung = policy.level(level)
    if rung is None:
        return _ended(notice_date, f"the payer's ladder ends at level {level - 1}")
    if obstacle := _obstacle(policy, rung, kind, value_cents):
        return _ended(notice_date, obstacle)
    file_by = appeal_deadline(policy, level, notice_date)
    if on > file_by:
        return _ended(file_by, f"the last day to file level {level} was {file_by}")
    approval = level > AUTOMATIC_LEVEL_MAX
    words = f"level {level} of {len(policy.appeal_levels)}, {rung.name} to the {rung.body}, by {file_by}"
    return LevelJudgement(possible=True, needs_approval=approval, file_by=file_by, reason=words)


def check_packet(packet: PacketFacts, on: date, *, late_allowed: bool = False) -> tuple[Finding, ...]:
    """Return what keeps the packet here. ``late_allowed``: a manager lets it go after the last day."""
    findings = []
    if packet.filed_already:
        findings.append(_finding("filed_already", "this level was filed already", "wait for its decision"))
    if not packet.letter:
        missing = packet.problem or "the letter was not written"
        findings.append(_finding("no_letter", missing, "supply what is missing, then write it again"))
    if absent := sorted(packet.required - packet.exhibits):
        words = f"missing from the packet: {', '.join(absent)}"
        findings.append(_finding("missing_exhibit", words, "add it, then write the packet again"))
    if on > packet.last_day and not late_allowed:
        words = f"the last day to file was {packet.last_day}"
        findings.append(_finding("too_late", words, "a manager may let it go with a plea for good cause"))
    return tuple(findings)


def required_exhibits(kind: AppealKind) -> frozenset[str]:
    """Return the kinds of documents a packet must hold."""
    record = {FILING_RECORD} if kind is AppealKind.TIMELY_FILING_PROOF else set()
    return frozenset({CLAIM_SUMMARY, REMITTANCE_EXCERPT} | record)


def last_day(policy: PayerPolicy, level: int, notice_date: date) -> date:
    """Return the last day the payer's rules allow for the level."""
    return appeal_limit(policy, level, notice_date)


def closing_time(day: date) -> datetime:
    """Return the moment on a last day by which we want to have filed: before offices close in the east."""
    return datetime.combine(day, _CLOSING)


def argument_for(category: str) -> str:
    """Return which argument a denial of the category calls for."""
    return _ARGUMENTS.get(category, "general")


def _obstacle(policy: PayerPolicy, rung: AppealLevel, kind: AppealKind, value_cents: int) -> str:
    if rung.hearing:
        return f"level {rung.level} is a {rung.name} before the {rung.body}: a person must take it there"
    if kind is AppealKind.TIMELY_FILING_PROOF and rung.level > 1 and not policy.timely_denial_appealable:
        return "this payer hears no further appeal of a timely-filing denial"
    if value_cents < rung.minimum_cents:
        return f"level {rung.level} hears amounts from {dollars(rung.minimum_cents)} only"
    return ""


def _ended(day: date, reason: str) -> LevelJudgement:
    return LevelJudgement(possible=False, needs_approval=False, file_by=day, reason=reason)


def _finding(code: str, message: str, remedy: str) -> Finding:
    return Finding(f"appeal.{code}", "the packet", message, remedy)
