"""Release: the one gate to a payer. Scrub; if clean, queue for the connection and arm the acknowledgment clock."""

from datetime import UTC, datetime, time

from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.exchange import submissions
from revcycle.db.practice import policies
from revcycle.db.work import deadlines, doorbell
from revcycle.domain.calendar import add_business_days
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.progress import Released
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.exchange.policy import PayerPolicy
from revcycle.domain.finding import Finding, blocking
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import SubmissionStart
from revcycle.edi.claim_837.x12_837 import refusal
from revcycle.effects.exchange.outgoing import outgoing_claim
from revcycle.effects.exchange.routing import way_of_claim
from revcycle.payers.switchboard import Switchboard
from revcycle.rules.claims.edits.scrubbing import RULE, scrub
from revcycle.rules.claims.timely_filing import filing_deadline, late_findings

ACKNOWLEDGMENT = "acknowledgment"


def _end_of(day_at: datetime, business_days: int) -> datetime:
    return datetime.combine(add_business_days(day_at.date(), business_days), time.max, UTC)


def release_claim(tx: Tx, claim_id: str, key: str, at: datetime, switchboard: Switchboard) -> Released:
    """Scrub the claim; queue it when clean. No other function puts a claim on a queue."""
    row = claims.load(tx, claim_id)
    sent = outgoing_claim(tx, claim_id, row.version, row.responsibility)
    claim = sent.claim
    policy = policies.payer_policy(tx, row.filing_indicator, row.payer_id, row.service_date)
    file_by = filing_deadline(policy, row.service_date)
    found = blocking(scrub(claim, at.date()))
    if at.date() > file_by and not submissions.batches_of_claim(tx, claim_id):
        found += late_findings(claim, file_by)
    if not found and (unwritable := refusal(sent)) is not None:
        found = (unwritable,)
    coverage = claim.coverage(row.responsibility)
    assert coverage is not None, "a claim is asked of a coverage it has"
    way = way_of_claim(tx, row, sent, coverage, switchboard, at)
    found += way.findings
    acknowledge_by = _end_of(at, policy.acknowledgment_business_days + 1)
    if found:
        claims.set_stage(tx, claim_id, ClaimStage.SCRUB_FAILED, at)
    else:
        place, connection_id = row.responsibility.value, way.connection_id
        submissions.queue(tx, claim_id, row.version, place, connection_id, file_by, at, way.payer_id)
        doorbell.wake(tx, SubmissionStart(connection_id))
        deadlines.arm(tx, subjects.claim(claim_id), ACKNOWLEDGMENT, acknowledge_by, at)
        claims.set_stage(tx, claim_id, ClaimStage.SUBMITTED, at)
    decisions.record(tx, _decision(row, claim, policy, found, key, at))
    return Released(
        not found,
        "; ".join(f.message for f in found),
        acknowledge_by,
        datetime.combine(file_by, time.max, UTC),
    )


def _decision(
    row: ClaimRow, claim: Claim, policy: PayerPolicy, found: tuple[Finding, ...], key: str, at: datetime
) -> Decision:
    said = "; ".join(f"{f.message} ({f.where}): {f.remedy}" for f in found)
    return Decision(
        key=key,
        subject=subjects.claim(row.claim_id),
        rule=RULE,
        outcome="scrub_failed" if found else "released",
        reason=f"Not sent: {said}." if found else "Passed every edit; queued for the payer.",
        actor="system",
        occurred_at=at,
        recorded_at=at,
        policy=policy.reference,
        facts={"version": str(row.version), "frequency": claim.claim_frequency.value},
    )
