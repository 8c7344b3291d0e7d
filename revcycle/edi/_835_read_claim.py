"""One claim of an 835: CLP (2100) with its services SVC (2110)."""

from datetime import date

from revcycle.domain.remittance import Adjustment, ClaimPayment, ServicePayment
from revcycle.edi.adjustments import read_adjustments
from revcycle.edi.elements import cents, cents_or_zero, day, required
from revcycle.edi.segments import Segment

_QUALIFIERS = frozenset(["HC", "AD", "ER", "HP", "IV", "NU", "N4", "N6", "ZZ", "WK", "UI", "HI", "ID", "SV"])
_SERVICE_DATES = frozenset(["472", "150"])
_CLAIM_DATES = frozenset(["232", "472"])


def read_claim_payment(segments: list[Segment]) -> ClaimPayment:
    """Read a 2100 loop, CLP first. Raises Unreadable with the first thing that is broken."""
    head = segments[0]
    own, loops = _split(segments)
    claim_date = next((day(s, 2) for s in own if s.id == "DTM" and s[1] in _CLAIM_DATES), None)
    return ClaimPayment(
        patient_control_number=head[1],
        status_code=required(head, 2),
        charge_cents=cents(head, 3),
        payment_cents=cents(head, 4),
        patient_responsibility_cents=cents_or_zero(head, 5),
        payer_claim_control_number=head[7],
        claim_filing_indicator=head[6] or "CI",
        adjustments=_adjustments(own),
        services=tuple(_service(loop, claim_date) for loop in loops),
        remark_codes=_claim_remarks(own),
        crossover_carrier=_crossover_carrier(own),
        position=head.position,
    )


def _split(segments: list[Segment]) -> tuple[list[Segment], list[list[Segment]]]:
    own: list[Segment] = []
    loops: list[list[Segment]] = []
    current = own
    for segment in segments:
        if segment.id == "SVC":
            current = []
            loops.append(current)
        current.append(segment)
    return own, loops


def _adjustments(segments: list[Segment]) -> tuple[Adjustment, ...]:
    return tuple(a for s in segments if s.id == "CAS" for a in read_adjustments(s))


def _claim_remarks(own: list[Segment]) -> tuple[str, ...]:
    codes: list[str] = []
    for segment in own:
        if segment.id == "MOA":
            codes += (segment[i] for i in range(3, 8))
        elif segment.id == "MIA":
            codes += (segment[i] for i in (5, 20, 21, 22, 23))
    return tuple(code for code in codes if code)


def _crossover_carrier(own: list[Segment]) -> str:
    return next((s[3] or s[9] for s in own if s.id == "NM1" and s[1] == "TT"), "")


def _service(loop: list[Segment], claim_date: date | None) -> ServicePayment:
    head = loop[0]
    code, modifiers = _procedure(head)
    dated = next((s for s in loop if s.id == "DTM" and s[1] in _SERVICE_DATES), None)
    allowed = next((s for s in loop if s.id == "AMT" and s[1] == "B6"), None)
    return ServicePayment(
        procedure_code=code,
        modifiers=modifiers,
        charge_cents=cents(head, 2),
        payment_cents=cents_or_zero(head, 3),
        adjustments=_adjustments(loop),
        service_date=day(dated, 2) if dated is not None else claim_date,
        line_item_control_number=next((s[2] for s in loop if s.id == "REF" and s[1] == "6R"), ""),
        remark_codes=tuple(s[2] for s in loop if s.id == "LQ" and s[1] in ("HE", "RX") and s[2]),
        allowed_cents=cents(allowed, 2) if allowed is not None else None,
        units=head[5] or "1",
    )


def _procedure(head: Segment) -> tuple[str, tuple[str, ...]]:
    parts = head.components(1)
    if len(parts) == 1:
        return parts[0], ()
    if parts[0].upper() not in _QUALIFIERS:
        return parts[0], tuple(part for part in parts[1:5] if part)
    return parts[1], tuple(part for part in parts[2:6] if part)
