"""Eligibility answer, 271 (005010X279A1): active or not, the patient's share, or why nobody can say."""

from revcycle.domain.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.domain.money import BrokenAmount, parse_cents, x12_amount
from revcycle.edi.elements import NOT_STATED, parse_day
from revcycle.edi.envelope import Envelope, Party
from revcycle.edi.hierarchy import Loop, before_hierarchy, has_children, loops
from revcycle.edi.interchange import Transaction, of_kind, read_file
from revcycle.edi.segment_writer import SegmentWriter, day_text
from revcycle.edi.segments import Segment
from revcycle.edi.x12_270_005010x279a1 import ORDER, VERSION, trace_originator

_ACTIVE = frozenset("12345")
_INACTIVE = frozenset("678")
_HEALTH_BENEFIT_PLAN = "30"
_REMAINING = "29"
_CORRECT_AND_RESUBMIT, _TRY_LATER = "C", "R"
_UNABLE_NOW = frozenset(["42", "79", "80"])


def write_answer(
    envelope: Envelope, payer: Party, inquiry: EligibilityInquiry, answer: EligibilityAnswer
) -> bytes:
    """Return the 271 that answers one inquiry; what the answer leaves empty is echoed from the inquiry."""
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0022", "11", answer.trace_number, day_text(at), f"{at:%H%M}")
    writer.level(1, 0, "20", True)
    writer.party("PR", payer.name, qualifier="PI", identifier=payer.identifier)
    writer.level(2, 1, "21", True)
    writer.party("1P", inquiry.provider_name, qualifier="XX", identifier=inquiry.provider_npi)
    dependent = bool(inquiry.dependent_last_name or inquiry.dependent_first_name)
    trace = ("2", answer.trace_number, trace_originator(payer.identifier))
    writer.level(3, 2, "22", dependent)
    if not dependent:
        writer.add("TRN", *trace)
    last_name, first_name = answer.last_name or inquiry.last_name, answer.first_name or inquiry.first_name
    member_id = answer.member_id or inquiry.member_id
    writer.party("IL", last_name, first_name, qualifier="MI", identifier=member_id, person=True)
    rejects = answer.reject_codes
    if rejects and not dependent:
        _rejects(writer, rejects)
    birth_date = answer.birth_date or inquiry.birth_date
    if birth_date != NOT_STATED:
        writer.add("DMG", "D8", day_text(birth_date))
    if dependent:
        writer.level(4, 3, "23", False)
        writer.add("TRN", *trace)
        writer.party("03", inquiry.dependent_last_name, inquiry.dependent_first_name, person=True)
        _rejects(writer, rejects)
        if inquiry.dependent_birth_date is not None:
            writer.add("DMG", "D8", day_text(inquiry.dependent_birth_date))
    writer.add("DTP", "291", "D8", day_text(inquiry.service_date))
    _benefits(writer, answer)
    return writer.interchange(envelope, "HB", "271", VERSION)


def _rejects(writer: SegmentWriter, codes: tuple[str, ...]) -> None:
    for code in codes:
        writer.add("AAA", "N", "", code, _TRY_LATER if code in _UNABLE_NOW else _CORRECT_AND_RESUBMIT)


def _benefits(writer: SegmentWriter, answer: EligibilityAnswer) -> None:
    if answer.active is not None:
        writer.add("EB", "1" if answer.active else "6", "", _HEALTH_BENEFIT_PLAN, "", answer.plan_name)
    elif not answer.reject_codes:
        writer.add("EB", "V", "", _HEALTH_BENEFIT_PLAN, "", answer.plan_name)
    if answer.deductible_remaining_cents is not None:
        amount = x12_amount(answer.deductible_remaining_cents)
        writer.add("EB", "C", "IND", _HEALTH_BENEFIT_PLAN, "", "", _REMAINING, amount)
    if answer.copayment_cents is not None:
        amount = x12_amount(answer.copayment_cents)
        writer.add("EB", "B", "IND", _HEALTH_BENEFIT_PLAN, "", "", "", amount)
    if answer.coinsurance_percent is not None:
        share = x12_amount(answer.coinsurance_percent)
        writer.add("EB", "A", "IND", _HEALTH_BENEFIT_PLAN, "", "", "", "", share)


def read_answers(data: bytes) -> tuple[EligibilityAnswer, ...]:
    """Return one answer for every subscriber or dependent the file answers for. Raises NotX12.

    A rejection of the payer or provider as such comes as an answer without a trace number. Names and birth
    date are the subscriber's, as the payer holds them.
    """
    found: list[EligibilityAnswer] = []
    for transaction in of_kind(read_file(data), "271"):
        found.extend(_answers(transaction))
    return tuple(found)


def _answers(transaction: Transaction) -> list[EligibilityAnswer]:
    all_loops = list(loops(transaction, ORDER))
    refused = _reject_codes(before_hierarchy(transaction, "AAA"))
    found = [EligibilityAnswer("", None, reject_codes=refused)] if refused else []
    for loop in all_loops:
        rejects = _reject_codes(loop.all("AAA"))
        if loop.code in ("22", "23"):
            answered = rejects or loop.first("EB") is not None
            if answered or (loop.first("TRN") is not None and not has_children(all_loops, loop)):
                found.append(_answer(loop, rejects))
        elif rejects:
            found.append(EligibilityAnswer("", None, reject_codes=rejects))
    return found


def _reject_codes(refusals: list[Segment]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(refusal[3] for refusal in refusals if refusal[3]))


def _answer(loop: Loop, rejects: tuple[str, ...]) -> EligibilityAnswer:
    subscriber = loop.nearest("22") or loop
    insured, benefits = subscriber.first("NM1", "IL"), loop.all("EB")
    return EligibilityAnswer(
        trace_number=_trace(loop) or _trace(subscriber),
        active=None if rejects else _is_active(benefits),
        plan_name=next((b[5] for b in benefits if b[1] in _ACTIVE | _INACTIVE and b[5]), ""),
        reject_codes=rejects,
        deductible_remaining_cents=_amount(benefits, "C", _REMAINING),
        copayment_cents=_amount(benefits, "B", ""),
        coinsurance_percent=_percent(benefits),
        member_id=insured[9] if insured is not None else "",
        last_name=insured[3] if insured is not None else "",
        first_name=insured[4] if insured is not None else "",
        birth_date=parse_day(subscriber.text("DMG", "", 2)),
    )


def _trace(loop: Loop) -> str:
    """Our own trace comes back with TRN01 2; the payer may add one of its own with 1."""
    return loop.text("TRN", "2", 2) or loop.text("TRN", "", 2)


def _service_types(benefit: Segment) -> list[str]:
    return benefit[3].split(benefit.delimiters.repetition)


def _is_active(benefits: list[Segment]) -> bool | None:
    """Coverage of the plan as a whole (service type 30) counts first, then any active, then any inactive."""
    whole = [b for b in benefits if _HEALTH_BENEFIT_PLAN in _service_types(b) or not b[3]]
    for stated in (whole, benefits):
        codes = {b[1] for b in stated}
        if codes & _ACTIVE:
            return True
        if codes & _INACTIVE:
            return False
    return None


def _candidates(benefits: list[Segment], code: str) -> list[Segment]:
    """In-network and plan-wide first, the individual's before the family's."""
    stated = [b for b in benefits if b[1].upper() == code and b[12].upper() != "N"]
    return sorted(
        stated, key=lambda b: (_HEALTH_BENEFIT_PLAN not in _service_types(b), b[2].upper() not in ("IND", ""))
    )


def _amount(benefits: list[Segment], code: str, period: str) -> int | None:
    for benefit in _candidates(benefits, code):
        if benefit[7] and (not period or benefit[6] == period):
            try:
                return parse_cents(benefit[7])
            except BrokenAmount:
                continue
    return None


def _percent(benefits: list[Segment]) -> int | None:
    """EB08 is a share of one: ``.2`` is 20 percent. X12 writes it like an amount, so it is read like one."""
    for benefit in _candidates(benefits, "A"):
        if benefit[8]:
            try:
                return parse_cents(benefit[8])
            except BrokenAmount:
                continue
    return None
