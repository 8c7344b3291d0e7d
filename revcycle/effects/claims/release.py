"""Release: the one gate to a payer. Scrub; if clean, queue for the connection and arm the acknowledgment clock."""

from datetime import date

from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.exchange import submissions
from revcycle.db.work import clocks, doorbell
from revcycle.domain.calendar import add_business_days
from revcycle.domain.claims.claim import ClaimFrequency
from revcycle.domain.claims.progress import Released
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.exchange.policy import PayerPolicy
from revcycle.domain.finding import Finding, blocking
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.starts import SubmissionStart
from revcycle.edi.claim_837.x12_837 import refusal
from revcycle.effects.claims.payer_clocks import end_of, follow_facts, policy_of
from revcycle.effects.exchange.outgoing import outgoing_claim
from revcycle.effects.exchange.routing import way_of_claim
from revcycle.payers.switchboard import Switchboard
from revcycle.rules.claims.edits.scrubbing import RULE, scrub
from revcycle.rules.claims.timely_filing import last_day_to_file, late_findings
from revcycle.rules.exchange.payer_routing import Routing


def release_claim(tx: Tx, act: Act, claim_id: str, switchboard: Switchboard) -> Released:
    """Scrub the claim; queue it when clean. No other function puts a claim on a queue."""
    row = claims.load(tx, claim_id)
    sent = outgoing_claim(tx, claim_id, row.version, row.responsibility)
    claim, on = sent.claim, act.at.date()
    follow_facts(tx, act, row, claim)
    policy = policy_of(tx, row)
    file_by = last_day_to_file(policy, claim)
    found = blocking(scrub(claim, on))
    if on > file_by and not submissions.batches_of_claim(tx, claim_id):
        found += late_findings(claim, file_by)
    if not found and (unwritable := refusal(sent)) is not None:
        found = (unwritable,)
    coverage = claim.coverage(row.responsibility)
    assert coverage is not None, "a claim is asked of a coverage it has"
    way = way_of_claim(tx, row, sent, coverage, switchboard, act.at)
    found += way.findings
    if found:
        claims.move(tx, act, claim_id, ClaimStage.SCRUB_FAILED)
    else:
        _queue(tx, act, row, way, policy, file_by)
    _decide(tx, act, row, claim.claim_frequency, policy, found)
    return Released(not found, "; ".join(f.message for f in found))


def _queue(tx: Tx, act: Act, row: ClaimRow, way: Routing, policy: PayerPolicy, file_by: date) -> None:
    place, connection_id = row.responsibility.value, way.connection_id
    submissions.queue(tx, row.claim_id, row.version, place, connection_id, file_by, act.at, way.payer_id)
    doorbell.wake(tx, SubmissionStart(connection_id))
    last_day = add_business_days(act.at.date(), policy.acknowledgment_business_days + 1)
    clocks.cancel(tx, act, ClockName.REMITTANCE)  # of an earlier sending
    clocks.arm(tx, act, ClockName.ACKNOWLEDGMENT, end_of(last_day))
    claims.move(tx, act, row.claim_id, ClaimStage.SUBMITTED)


def _decide(
    tx: Tx,
    act: Act,
    row: ClaimRow,
    frequency: ClaimFrequency,
    policy: PayerPolicy,
    found: tuple[Finding, ...],
) -> None:
    said = "; ".join(f"{f.message} ({f.where}): {f.remedy}" for f in found)
    decisions.decide(
        tx,
        act,
        RULE,
        ClaimStage.SCRUB_FAILED.value if found else "released",
        f"Not sent: {said}." if found else "Passed every edit; queued for the payer.",
        policy=policy.reference,
        facts={"version": str(row.version), "frequency": frequency},
    )
