"""Claim acknowledgment, 277CA (005010X214): which claims of a batch the payer took into adjudication."""

from collections.abc import Sequence

from revcycle.domain.acknowledgment import ClaimAcknowledgment
from revcycle.domain.money import BrokenAmount, parse_cents, x12_amount
from revcycle.edi.elements import parse_day
from revcycle.edi.envelope import Envelope, Party
from revcycle.edi.hierarchy import Loop, has_children, loops
from revcycle.edi.interchange import Transaction, of_kind, read_file
from revcycle.edi.segment_writer import SegmentWriter, day_text
from revcycle.edi.segments import Segment

VERSION = "005010X214"
_ORDER = ("20", "21", "19", "22", "PT", "23")
_PATIENT = ("PT", "22", "23")
_NO_NAME = "PATIENT"


def write_acknowledgment(
    envelope: Envelope,
    payer: Party,
    receiver: Party,
    claims: Sequence[ClaimAcknowledgment],
    batch_reference: str,
    provider: Party | None = None,
) -> bytes:
    """Return a 277CA. ``batch_reference`` is BHT03 of the claim file; ``receiver`` is its submitter.

    A claim without a patient control number is written as the status of the whole batch (2200B). The facts
    hold no patient: its name is written as ``PATIENT`` and its service date as the status date.
    ``provider.identifier`` is an NPI; without a provider the receiver stands for it. Raises CannotWrite.
    """
    writer, today = SegmentWriter(), day_text(envelope.at)
    single = [claim for claim in claims if claim.patient_control_number]
    writer.add(
        "BHT", "0085", "08", f"{envelope.interchange_control_number:09d}", today, f"{envelope.at:%H%M}", "TH"
    )
    writer.level(1, 0, "20", True)
    writer.party("PR", payer.name, qualifier="PI", identifier=payer.identifier)
    writer.add("TRN", "1", batch_reference)
    writer.add("DTP", "050", "D8", today)
    writer.add("DTP", "009", "D8", today)
    writer.level(2, 1, "21", bool(single))
    writer.party("41", receiver.name, qualifier="46", identifier=receiver.identifier)
    _batch(writer, claims, batch_reference, today)
    if single:
        writer.level(3, 2, "19", True)
        named, qualifier = (provider, "XX") if provider is not None else (receiver, "FI")
        writer.party("85", named.name, qualifier=qualifier, identifier=named.identifier)
    for number, claim in enumerate(single, 4):
        writer.add("HL", str(number), "3", "PT")
        _claim(writer, claim, today)
    return writer.interchange(envelope, "HN", "277", VERSION)


def _batch(
    writer: SegmentWriter, claims: Sequence[ClaimAcknowledgment], batch_reference: str, today: str
) -> None:
    accepted = [claim for claim in claims if claim.accepted and claim.patient_control_number]
    rejected = [claim for claim in claims if not claim.accepted and claim.patient_control_number]
    whole = next((claim for claim in claims if not claim.patient_control_number), None)
    writer.add("TRN", "2", batch_reference)
    total = x12_amount(sum(claim.charge_cents for claim in claims))
    if whole is None:
        writer.add("STC", ("A1", "19", "PR"), today, "WQ", total)
    else:
        _status(writer, whole, today)
    if accepted:
        writer.add("QTY", "90", str(len(accepted)))
    if rejected:
        writer.add("QTY", "AA", str(len(rejected)))
    if accepted:
        writer.add("AMT", "YU", x12_amount(sum(claim.charge_cents for claim in accepted)))
    if rejected:
        writer.add("AMT", "YY", x12_amount(sum(claim.charge_cents for claim in rejected)))


def _status(writer: SegmentWriter, claim: ClaimAcknowledgment, today: str) -> None:
    status = (claim.category_code, claim.status_code, claim.entity_code)
    day = day_text(claim.effective_date) if claim.effective_date is not None else today
    action = "WQ" if claim.accepted else "U"
    blanks = ("",) * 7
    writer.add("STC", status, day, action, x12_amount(claim.charge_cents), *blanks, claim.message)


def _claim(writer: SegmentWriter, claim: ClaimAcknowledgment, today: str) -> None:
    writer.party("QC", _NO_NAME, qualifier="MI", identifier=claim.patient_control_number, person=True)
    writer.add("TRN", "2", claim.patient_control_number)
    _status(writer, claim, today)
    if claim.payer_claim_control_number:
        writer.add("REF", "1K", claim.payer_claim_control_number)
    day = day_text(claim.effective_date) if claim.effective_date is not None else today
    writer.add("DTP", "472", "D8", day)


def read_acknowledgments(data: bytes) -> tuple[ClaimAcknowledgment, ...]:
    """Return one acknowledgment for every claim. Raises NotX12.

    A claim without a status of its own has that of its provider or receiver. A rejection above claims that
    are not listed comes as one acknowledgment without a patient control number: it is for the whole batch.
    Of several statuses of one claim the first that rejects counts, else the first.
    """
    found: list[ClaimAcknowledgment] = []
    for transaction in of_kind(read_file(data), "277"):
        if "X212" not in transaction.version:
            found.extend(_read(transaction))
    return tuple(found)


def _read(transaction: Transaction) -> list[ClaimAcknowledgment]:
    all_loops = list(loops(transaction, _ORDER))
    found: list[ClaimAcknowledgment] = []
    for loop in all_loops:
        if loop.code in _PATIENT:
            found.extend(_acknowledgment(claim, loop) for claim in _claims(loop))
        elif loop.code in ("21", "19") and not has_children(all_loops, loop):
            statuses = [s for s in loop.segments if s.id == "STC"]
            if statuses:
                batch = _from_status(_worst(statuses), "", "")
                if not batch.accepted:
                    found.append(batch)
    return found


def _claims(loop: Loop) -> list[list[Segment]]:
    """Split a patient loop into its claims (2200D); each starts with a TRN."""
    claims: list[list[Segment]] = []
    for segment in loop.segments:
        if segment.id == "TRN":
            claims.append([segment])
        elif claims:
            claims[-1].append(segment)
    return claims


def _acknowledgment(claim: list[Segment], loop: Loop) -> ClaimAcknowledgment:
    service = next((i for i, s in enumerate(claim) if s.id == "SVC"), len(claim))
    statuses = [s for s in claim[:service] if s.id == "STC"]
    for above in loop.above:
        statuses = statuses or above.all("STC")
    statuses = statuses or [s for s in claim if s.id == "STC"]
    reference = next((s[2] for s in claim if s.id == "REF" and s[1] == "1K"), "")
    control_number = claim[0][2]
    if not statuses:
        return ClaimAcknowledgment(control_number, "", "", 0, payer_claim_control_number=reference)
    inherited = statuses[0] not in claim
    acknowledgment = _from_status(_worst(statuses), control_number, reference)
    if inherited:
        return ClaimAcknowledgment(
            control_number,
            acknowledgment.category_code,
            acknowledgment.status_code,
            0,
            acknowledgment.effective_date,
            acknowledgment.entity_code,
            reference,
            acknowledgment.message,
        )
    return acknowledgment


def _worst(statuses: list[Segment]) -> Segment:
    rejecting = (s for s in statuses if s.component(1, 1) not in ("A0", "A1", "A2", "A5"))
    return next(rejecting, statuses[0])


def _from_status(status: Segment, control_number: str, reference: str) -> ClaimAcknowledgment:
    try:
        charge = parse_cents(status[4])
    except BrokenAmount:
        charge = 0
    return ClaimAcknowledgment(
        patient_control_number=control_number,
        category_code=status.component(1, 1),
        status_code=status.component(1, 2),
        charge_cents=charge,
        effective_date=parse_day(status[2]),
        entity_code=status.component(1, 3),
        payer_claim_control_number=reference,
        message=status[12],
    )
