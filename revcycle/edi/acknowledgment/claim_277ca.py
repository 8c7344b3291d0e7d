"""One claim of a 277CA (2200D): its statuses, numbers, days and lines (2220D)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from revcycle.domain.mail.acknowledgment import ClaimAcknowledgment
from revcycle.domain.mail.acknowledgment_details import ACCEPTING, LineAcknowledgment, Status, StatusReport
from revcycle.domain.money import BrokenAmount, parse_cents
from revcycle.domain.remittances.remittance_details import NamedParty
from revcycle.edi.wire.common_segments import number
from revcycle.edi.wire.elements import parse_day
from revcycle.edi.wire.procedure import read_procedure
from revcycle.edi.wire.segments import Segment

_STATUSES = (1, 10, 11)
_CLAIM_NUMBERS = frozenset(["1K", "D9", "BLT"])
_LINE_NUMBERS = frozenset(["FJ", "XZ"])


def cents_of(text: str) -> int | None:
    """Return an amount in cents, None where there is none."""
    try:
        return parse_cents(text)
    except BrokenAmount:
        return None


def read_report(segment: Segment) -> StatusReport:
    """Read an STC."""
    statuses = tuple(
        Status(segment.component(index, 1), segment.component(index, 2), segment.component(index, 3))
        for index in _STATUSES
        if index == 1 or segment[index]
    )
    return StatusReport(statuses, parse_day(segment[2]), segment[3], cents_of(segment[4]), segment[12])


def deciding(reports: tuple[StatusReport, ...], control_number: str) -> ClaimAcknowledgment:
    """Return the acknowledgment that the first rejecting status makes, else the first one."""
    told = [(report, status) for report in reports for status in report.statuses]
    rejecting = (pair for pair in told if pair[1].category_code not in ACCEPTING)
    report, status = next(rejecting, told[0])
    return ClaimAcknowledgment(
        control_number,
        status.category_code,
        status.status_code,
        report.charge_cents or 0,
        report.effective_date,
        status.entity_code,
        message=report.message,
    )


def read_claim(
    segments: list[Segment], patient: NamedParty | None, above: tuple[StatusReport, ...]
) -> tuple[ClaimAcknowledgment, list[Segment]]:
    """Read a claim, TRN first, and return what was left of it.

    Without a status of its own it has that of the level ``above``, else that of its lines.
    """
    control_number = segments[0][2]
    own, loops = _split(segments)
    reports = tuple(read_report(s) for s in own if s.id == "STC")
    left: list[Segment] = []
    lines = tuple(_line(loop, left) for loop in loops)
    deciders = reports or above or tuple(report for line in lines for report in line.reports)
    claim = ClaimAcknowledgment(control_number, "", "", 0)
    if deciders:
        claim = deciding(deciders, control_number)
    if not reports and above:
        claim = replace(claim, charge_cents=0)
    start, end = _days(own)
    left += [s for s in own if not _is_known(s, _CLAIM_NUMBERS)]
    whole = replace(
        claim,
        payer_claim_control_number=_number(own, "1K"),
        reports=reports,
        patient=patient,
        clearinghouse_number=_number(own, "D9"),
        bill_type=_number(own, "BLT"),
        service_date=start,
        service_end_date=end,
        lines=lines,
    )
    return whole, left


def _split(segments: list[Segment]) -> tuple[list[Segment], list[list[Segment]]]:
    own: list[Segment] = []
    loops: list[list[Segment]] = []
    current = own
    for segment in segments[1:]:
        if segment.id == "SVC":
            current = []
            loops.append(current)
        current.append(segment)
    return own, loops


def _is_known(segment: Segment, numbers: frozenset[str]) -> bool:
    if segment.id == "REF":
        return segment[1] in numbers
    return segment.id in ("STC", "SVC") or (segment.id == "DTP" and segment[1] == "472")


def _number(segments: list[Segment], qualifier: str) -> str:
    return next((s[2] for s in segments if s.id == "REF" and s[1] == qualifier), "")


def _days(segments: list[Segment]) -> tuple[date | None, date | None]:
    told = next((s for s in segments if s.id == "DTP" and s[1] == "472"), None)
    if told is None:
        return None, None
    first, _, last = told[3].partition("-")
    return parse_day(first), parse_day(last) if last else None


def _line(loop: list[Segment], left: list[Segment]) -> LineAcknowledgment:
    head = loop[0]
    start, end = _days(loop)
    units: Decimal | None = number(head, 7, [])
    left += [s for s in loop if not _is_known(s, _LINE_NUMBERS)]
    return LineAcknowledgment(
        read_procedure(head, head[1]),
        cents_of(head[2]) or 0,
        tuple(read_report(s) for s in loop if s.id == "STC"),
        _number(loop, "FJ"),
        _number(loop, "XZ"),
        head[4],
        units,
        start,
        end,
    )
