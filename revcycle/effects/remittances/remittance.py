"""Remittance: an 835 file in; then balanced and matched, before anything of it posts."""

from datetime import datetime

from revcycle.db import decisions, sequences
from revcycle.db.engine import Tx
from revcycle.db.mail import documents, quarantine
from revcycle.db.remittances import remittance_matching, remittances
from revcycle.db.remittances.remittance_matching import KnownClaim
from revcycle.db.remittances.remittances import PaymentRow, PaymentState, RemittanceState
from revcycle.db.work import doorbell
from revcycle.domain.decision import Decision
from revcycle.domain.finding import blocking
from revcycle.domain.remittances.progress import Balanced, RemittanceIntake, RemittancePosition
from revcycle.domain.remittances.remittance import Remittance
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import RemittanceStart
from revcycle.edi.remittance_835.x12_835 import read_remittances
from revcycle.edi.wire.envelope import Quarantined
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


def locate_remittance(tx: Tx, remittance_id: str) -> RemittancePosition:
    """Return where a remittance stands, with a new epoch for the run that asks."""
    state = remittances.load(tx, remittance_id).state
    epoch = sequences.take(tx, f"epoch:{remittance_id}")
    posted = state in (RemittanceState.POSTED, RemittanceState.REASSOCIATED)
    ended = state in (RemittanceState.REASSOCIATED, RemittanceState.REJECTED)
    return RemittancePosition(epoch, posted, ended)


def balance_remittance(tx: Tx, remittance_id: str, key: str, at: datetime) -> Balanced:
    """Check each claim and the whole to the cent; hold what does not balance."""
    row = remittances.load(tx, remittance_id)
    facts = remittances.facts(tx, remittance_id)
    held = {
        payment.position: found
        for payment in facts.claims
        if (found := blocking(balancing.balance_claim(payment)))
    }
    for position in held:
        remittances.change(tx, remittance_id, position, state=PaymentState.HELD.value)
    findings = (
        *balancing.balance_remittance(facts, row.quarantined),
        *reassociation.same_trace(remittance_matching.same_trace(tx, remittance_id)),
    )
    stopping = blocking(findings)
    if stopping:
        remittances.set_state(tx, remittance_id, RemittanceState.HELD, at)
    told = (*findings, *(finding for found in held.values() for finding in found))
    reason = " ".join(finding.message for finding in told) or "Every line, claim and the whole balance."
    outcome = "held" if stopping else "claims_held" if held else "balanced"
    _decide(tx, key, remittance_id, balancing.RULE, outcome, reason, at)
    return Balanced(not stopping, len(held), row.payment_cents, " ".join(f.message for f in stopping))


def _decide(tx: Tx, key: str, remittance_id: str, rule: str, outcome: str, reason: str, at: datetime) -> None:
    subject = subjects.remittance(remittance_id)
    decisions.record(tx, Decision(key, subject, rule, outcome, reason, "system", at, at))


def match_remittance(tx: Tx, remittance_id: str) -> int:
    """Find the claim of each payment; return how many found none."""
    states = (PaymentState.RECEIVED, PaymentState.HELD)
    rows = remittances.rows(tx, remittance_id=remittance_id, states=states)
    candidates = remittance_matching.candidates(tx, rows)
    changes = [_matched(row, candidates[row.position]) for row in rows]
    remittance_matching.save(tx, changes)
    return sum(change["state"] == PaymentState.UNMATCHED.value for change in changes)


def _matched(row: PaymentRow, known: tuple[KnownClaim, ...]) -> dict[str, str | int]:
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
    return {
        "remittance_id": row.remittance_id,
        "position": row.position,
        "claim_id": found.claim_id,
        "state": row.state.value if row.state is PaymentState.HELD else state.value,
    }


def reject_remittance(tx: Tx, remittance_id: str, at: datetime) -> bool:
    """A person refused the remittance: nothing of it posts."""
    remittances.set_state(tx, remittance_id, RemittanceState.REJECTED, at)
    return True
