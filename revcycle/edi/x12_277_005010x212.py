"""Claim status answer, 277 (005010X212): where the claim stands at the payer."""

from revcycle.domain.claim_status import StatusAnswer, StatusInquiry
from revcycle.domain.money import BrokenAmount, parse_cents, x12_amount
from revcycle.edi.elements import NOT_STATED, parse_day
from revcycle.edi.envelope import Envelope, Party
from revcycle.edi.hierarchy import Loop, loops
from revcycle.edi.interchange import of_kind, read_file
from revcycle.edi.segment_writer import SegmentWriter, day_text
from revcycle.edi.segments import Segment
from revcycle.edi.x12_276_005010x212 import ORDER, VERSION


def write_answer(envelope: Envelope, payer: Party, inquiry: StatusInquiry, answer: StatusAnswer) -> bytes:
    """Return the 277 that answers one inquiry; the provider is also the receiver. Raises CannotWrite."""
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0010", "08", answer.trace_number, day_text(at), f"{at:%H%M}", "DG")
    writer.level(1, 0, "20", True)
    writer.party("PR", payer.name, qualifier="PI", identifier=payer.identifier)
    writer.level(2, 1, "21", True)
    writer.party("41", inquiry.provider_name, qualifier="46", identifier=envelope.receiver_id)
    writer.level(3, 2, "19", True)
    writer.party("1P", inquiry.provider_name, qualifier="XX", identifier=inquiry.provider_npi)
    dependent = bool(inquiry.dependent_last_name or inquiry.dependent_first_name)
    writer.level(4, 3, "22", dependent)
    names = (inquiry.last_name, inquiry.first_name)
    writer.party("IL", *names, qualifier="MI", identifier=inquiry.member_id, person=True)
    if dependent:
        writer.level(5, 4, "23", False)
        writer.party("QC", inquiry.dependent_last_name, inquiry.dependent_first_name, person=True)
    writer.add("TRN", "2", answer.trace_number)
    day = day_text(answer.effective_date) if answer.effective_date is not None else day_text(at)
    status = (answer.category_code, answer.status_code)
    charge, payment = x12_amount(answer.charge_cents), x12_amount(answer.payment_cents)
    writer.add("STC", status, day, "", charge, payment)
    if answer.payer_claim_control_number:
        writer.add("REF", "1K", answer.payer_claim_control_number)
    if inquiry.patient_control_number:
        writer.add("REF", "EJ", inquiry.patient_control_number)
    if inquiry.service_date != NOT_STATED:
        writer.add("DTP", "472", "D8", day_text(inquiry.service_date))
    return writer.interchange(envelope, "HN", "277", VERSION)


def read_answers(data: bytes) -> tuple[StatusAnswer, ...]:
    """Return one answer for every claim the file speaks of. Raises NotX12.

    A provider's or receiver's status counts where a claim has none of its own, and comes with an empty trace
    number where no claim follows. Of several statuses of one claim the latest counts.
    """
    found: list[StatusAnswer] = []
    for transaction in of_kind(read_file(data), "277"):
        if "X214" in transaction.version:
            continue
        all_loops = list(loops(transaction, ORDER))
        patients = [loop for loop in all_loops if loop.code in ("22", "23")]
        answers = [answer for loop in patients for answer in _answers(loop)]
        if not answers:
            above = [s for loop in all_loops for s in loop.all("STC")]
            answers = [_from_status(above[0], "", "")] if above else []
        found.extend(answers)
    return tuple(found)


def _answers(loop: Loop) -> list[StatusAnswer]:
    claims: list[list[Segment]] = []
    for segment in loop.segments:
        if segment.id == "TRN":
            claims.append([segment])
        elif claims:
            claims[-1].append(segment)
    return [answer for claim in claims if (answer := _answer(claim, loop)) is not None]


def _answer(claim: list[Segment], loop: Loop) -> StatusAnswer | None:
    service = next((i for i, s in enumerate(claim) if s.id == "SVC"), len(claim))
    statuses = [s for s in claim[:service] if s.id == "STC"]
    for above in loop.above:
        statuses = statuses or above.all("STC")
    if not statuses:
        return None
    latest = max(statuses, key=lambda s: parse_day(s[2]) or NOT_STATED)
    reference = next((s[2] for s in claim if s.id == "REF" and s[1] == "1K"), "")
    return _from_status(latest, claim[0][2], reference)


def _from_status(status: Segment, trace_number: str, reference: str) -> StatusAnswer:
    return StatusAnswer(
        trace_number=trace_number,
        category_code=status.component(1, 1),
        status_code=status.component(1, 2),
        effective_date=parse_day(status[2]),
        payer_claim_control_number=reference,
        charge_cents=_amount(status[4]),
        payment_cents=_amount(status[5]),
    )


def _amount(text: str) -> int:
    try:
        return parse_cents(text)
    except BrokenAmount:
        return 0
