"""Remittance: an 835 file in; then balanced and matched, before anything of it posts."""

from datetime import datetime

from revcycle.db import decisions, positions, sequences
from revcycle.db.engine import Tx
from revcycle.db.mail import documents, quarantine
from revcycle.db.remittances import remittance_matching, remittances
from revcycle.db.remittances.remittance_matching import KnownClaim, Match
from revcycle.db.remittances.remittances import PaymentRow
from revcycle.db.work import doorbell
from revcycle.domain.finding import blocking
from revcycle.domain.remittances.progress import (
    Balanced,
    PaymentQuestion,
    RemittanceIntake,
    RemittancePosition,
)
from revcycle.domain.remittances.remittance import Remittance
from revcycle.domain.remittances.state import PaymentState, RemittanceState, step_of
from revcycle.domain.work.act import Act
from revcycle.domain.work.starts import RemittanceStart
from revcycle.edi.remittance_835.x12_835 import read_remittances
from revcycle.edi.wire.envelope import Quarantined
from revcycle.effects.work import tasks
from revcycle.rules.remittances import balancing, matching, reassociation
from revcycle.rules.remittances.matching import Candidate, PaymentEvidence


def receive_835(tx: Tx, data: bytes, source: str, at: datetime) -> tuple[str, ...]:
    """Take in an 835 file; return the ids of its new remittances. Raises NotX12 for what is no X12 at all."""
    return intake_835(tx, data, source, at).remittance_ids


def intake_835(tx: Tx, data: bytes, source: str, at: datetime) -> RemittanceIntake:
    """Take in an 835 file and say what became of it; a repeated remittance changes nothing. Raises NotX12.

    The raw file is kept; what cannot be read goes to quarantine; each new remittance is rung.
    """
    file = read_remittances(data)
    document_id = documents.store(tx, "835", data, source, at)
    aside = _put_aside(tx, document_id, file.quarantined, at)
    kept = tuple(_receive(tx, document_id, remittance, at) for remittance in file.remittances)
    fresh = tuple(remittance_id for remittance_id in kept if remittance_id is not None)
    return RemittanceIntake(document_id, fresh, len(kept) - len(fresh), aside, file.findings)


def _put_aside(tx: Tx, document_id: str, parts: tuple[Quarantined, ...], at: datetime) -> tuple[int, ...]:
    """Quarantine the parts; those of a file that was here before lie there already."""
    before = quarantine.list_(tx, open_only=False, document_id=document_id) if parts else ()
    if before:
        return tuple(row.quarantine_id for row in before)
    return tuple(
        quarantine.put(tx, document_id, "835", part.position, part.raw, part.findings, at) for part in parts
    )


def _receive(tx: Tx, document_id: str, remittance: Remittance, at: datetime) -> str | None:
    unread = len(blocking(remittance.findings))
    remittance_id = remittances.receive(tx, document_id, remittance, at, quarantined=unread)
    if remittance_id is not None:
        doorbell.wake(tx, RemittanceStart(remittance_id))
    return remittance_id


def locate_remittance(tx: Tx, act: Act, remittance_id: str) -> RemittancePosition:
    """Return where a remittance stands, with a new epoch; what an earlier life of it asked is asked anew."""
    tasks.withdraw_lost(tx, act)
    row = remittances.load(tx, remittance_id)
    step = step_of(row.state, bool(remittances.unresolved(tx, remittance_id)))
    epoch = sequences.take(tx, f"epoch:{remittance_id}")
    return RemittancePosition(epoch, step, row.payment_cents, positions.of(tx, act.subject))


def balance_remittance(tx: Tx, act: Act, remittance_id: str) -> Balanced:
    """Check each claim and the whole to the cent; hold what does not balance."""
    row = remittances.load(tx, remittance_id)
    facts = remittances.facts(tx, remittance_id)
    held = {
        payment.position: found
        for payment in facts.claims
        if (found := blocking(balancing.balance_claim(payment)))
    }
    for position in held:
        remittances.set_payment_state(tx, remittance_id, position, PaymentState.HELD)
    findings = (
        *balancing.balance_remittance(facts, row.quarantined),
        *reassociation.same_trace(remittance_matching.same_trace(tx, remittance_id)),
    )
    stopping = blocking(findings)
    state = RemittanceState.HELD if stopping else RemittanceState.BALANCED
    remittances.set_state(tx, remittance_id, state, act.at)
    told = (*findings, *(finding for found in held.values() for finding in found))
    reason = " ".join(finding.message for finding in told) or "Every line, claim and the whole balance."
    outcome = "held" if stopping else "claims_held" if held else "balanced"
    decisions.decide(tx, act, balancing.RULE, outcome, reason)
    return Balanced(not stopping, len(held), row.payment_cents, " ".join(f.message for f in stopping))


def accept_remittance(tx: Tx, act: Act, remittance_id: str) -> bool:
    """A person let the remittance pass: it posts, and what does not balance goes to suspense."""
    remittances.set_state(tx, remittance_id, RemittanceState.BALANCED, act.at)
    return True


def reject_remittance(tx: Tx, act: Act, remittance_id: str) -> bool:
    """A person refused the remittance: nothing of it posts."""
    remittances.set_state(tx, remittance_id, RemittanceState.REJECTED, act.at)
    return True


def list_unplaced(tx: Tx, remittance_id: str) -> tuple[int, ...]:
    """Return the positions of the claim payments that a person must place."""
    return remittances.unresolved(tx, remittance_id)


def describe_payment(tx: Tx, remittance_id: str, position: int) -> PaymentQuestion:
    """Return what a person must know to place a claim payment."""
    row = remittances.payment_row(tx, remittance_id, position)
    return PaymentQuestion(position, row.state, row.payment_cents)


def match_remittance(tx: Tx, act: Act, remittance_id: str) -> int:
    """Find the claim of each payment; return how many found none."""
    states = (PaymentState.RECEIVED, PaymentState.HELD)
    rows = remittances.rows(tx, remittance_id=remittance_id, states=states)
    candidates = remittance_matching.candidates(tx, rows)
    matches = [_matched(row, candidates[row.position]) for row in rows]
    remittance_matching.save_matches(tx, remittance_id, matches)
    return sum(match.state is PaymentState.UNMATCHED for match in matches)


def _matched(row: PaymentRow, known: tuple[KnownClaim, ...]) -> Match:
    evidence = PaymentEvidence(
        row.patient_control_number, row.payer_claim_control_number, row.charge_cents, row.service_date
    )
    found = matching.match(
        evidence,
        tuple(
            Candidate(
                one.claim_id,
                one.patient_control_number,
                one.payer_claim_control_number,
                one.charge_cents,
                one.service_date,
            )
            for one in known
        ),
    )
    state = PaymentState.MATCHED if found.claim_id else PaymentState.UNMATCHED
    return Match(row.position, found.claim_id, row.state if row.state is PaymentState.HELD else state)
