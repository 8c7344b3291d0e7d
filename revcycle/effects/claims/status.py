"""Claim status: ask a silent payer what has become of a claim (276/277)."""

from dataclasses import dataclass
from datetime import timedelta

from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.mail import documents
from revcycle.db.work import clocks
from revcycle.domain.claims.claim_status import StatusAnswer, StatusInquiry, StatusOutcome
from revcycle.domain.claims.progress import StatusAsked
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.effects.claims.coverage import SELF, current
from revcycle.effects.claims.payer_clocks import filed, policy_of
from revcycle.effects.exchange.routing import reached, way_of_inquiry
from revcycle.payers.switchboard import Connection, Switchboard
from revcycle.rules.claims.follow_up import RULE, days_until_next, judge_status, must_call
from revcycle.rules.claims.waiting import ask_again_due, asked_in_vain

_HAS_IT = (StatusOutcome.PENDING, StatusOutcome.FINALIZED)


@dataclass(frozen=True, slots=True)
class StatusQuestion:
    """A question to a payer: over which connection, and the 276."""

    connection: Connection
    data: bytes


def question(tx: Tx, act: Act, claim_id: str, number: int, switchboard: Switchboard) -> StatusQuestion:
    """Return what to ask the payer now asked; ``number`` is the interchange control number and the trace."""
    row = claims.load(tx, claim_id)
    claim, coverage = current(tx, claim_id)
    way = way_of_inquiry(tx, row, coverage, "276", switchboard.ids)
    connection = reached(switchboard, way)
    dependent = claim.patient if coverage.relationship_code != SELF else None
    inquiry = StatusInquiry(
        payer_id=way.payer_id,
        payer_name=coverage.payer_name,
        provider_npi=claim.billing_provider.npi,
        provider_name=claim.billing_provider.last_or_organization_name,
        patient_control_number=claim.patient_control_number,
        member_id=coverage.member_id,
        last_name=coverage.subscriber.last_name,
        first_name=coverage.subscriber.first_name,
        birth_date=coverage.subscriber.birth_date,
        sex=coverage.subscriber.sex,
        charge_cents=claim.charge_cents,
        service_date=claim.service_date_from,
        trace_number=f"{number:09d}",
        payer_claim_control_number=row.payer_claim_control_number,
        dependent_last_name=dependent.last_name if dependent else "",
        dependent_first_name=dependent.first_name if dependent else "",
        dependent_birth_date=dependent.birth_date if dependent else None,
    )
    submitter = Party(inquiry.provider_name, connection.sender_id)
    envelope = Envelope(connection.sender_id, connection.receiver_id, number, act.at)
    return StatusQuestion(connection, x12_276.write_inquiry(envelope, submitter, inquiry))


def judge(tx: Tx, act: Act, claim_id: str, asked: int, data: bytes) -> StatusAsked:
    """Judge the payer's answer (277) to the ``asked``-th question, record the decision, and arm the next clock."""
    answers = x12_277.read_answers(data)
    judged = judge_status(answers[0] if answers else StatusAnswer("", "E1", ""))
    document_id = documents.store(tx, "277", data, "payer", act.at)
    policy = policy_of(tx, claims.load(tx, claim_id))
    _ask_again(tx, act, timedelta(days_until_next(judged.outcome, asked, policy)))
    if judged.outcome in _HAS_IT:
        filed(tx, act, act.at)
        claims.move(tx, act, claim_id, ClaimStage.PENDING)
    decisions.decide(
        tx,
        act,
        RULE,
        f"status_{judged.outcome}",
        f"Asked the payer ({asked}.): {judged.reason}.",
        policy=policy.reference,
        facts={"document": document_id[:12]},
    )
    return StatusAsked(judged.outcome, judged.reason, must_call(judged.outcome, asked, policy))


def note_unreached(tx: Tx, act: Act, asked: int) -> StatusAsked:
    """Record that no line carried the question to the payer; it is asked again, and now and then a person calls."""
    _ask_again(tx, act, ask_again_due(act.at) - act.at)
    reason = "the payer cannot be asked over any line"
    decisions.decide(tx, act, RULE, "status_unreached", f"Asked the payer ({asked}.) in vain: {reason}.")
    return StatusAsked(StatusOutcome.UNKNOWN, reason, asked_in_vain(asked))


def _ask_again(tx: Tx, act: Act, after: timedelta) -> None:
    """What was waited for did not come in its time: the payer had to be asked."""
    for name in (ClockName.ACKNOWLEDGMENT, ClockName.REMITTANCE):
        clocks.miss(tx, act, name)
    clocks.arm(tx, act, ClockName.REMITTANCE, act.at + after)
