"""Parts of the claim loops of 276 and 277 (005010X212, loops 2200 and 2210/2220), both ways."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from revcycle.domain.claims.benefit import PlanDate, PlanReference
from revcycle.domain.claims.claim_status import ServiceAsked, StatusCode, StatusReport
from revcycle.domain.codes.status_codes import status_known
from revcycle.domain.money import x12_amount
from revcycle.edi.inquiry.hierarchy import Loop
from revcycle.edi.inquiry.parts import read_date, read_reference, write_date
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.elements import quantity_text
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.segments import Segment

LEVELS = ("20", "21", "19", "22", "23")
PARENTS = {"20": "", "21": "20", "19": "21", "22": "19", "23": "22"}
LOOPS = {"20": "A", "21": "B", "19": "C", "22": "D", "23": "E"}
"""Letter of the loops (2000B, 2100B, 2200B) by level."""
_SERVED = ("472", "232")
"""What the dates of service are called, in this and in the older guide."""
PAYER_NUMBER, BILL_TYPE, PATIENT_NUMBER, LINE_NUMBER, SERVICE_DATE = "1K", "BLT", "EJ", "FJ", "472"


@dataclass(slots=True)
class ClaimPart:
    """What follows one TRN: the claim's own segments, then one group for each SVC."""

    own: list[Segment] = field(default_factory=list)
    services: list[list[Segment]] = field(default_factory=list)

    @property
    def segments(self) -> list[Segment]:
        """All of them, in the file's order."""
        return [*self.own, *(segment for service in self.services for segment in service)]


@dataclass(slots=True)
class Numbers:
    """Numbers and dates of one claim or service as read."""

    payer: str = ""
    bill_type: str = ""
    patient: str = ""
    line: str = ""
    others: list[PlanReference] = field(default_factory=list)
    served: PlanDate | None = None


def claim_parts(segments: Sequence[Segment]) -> tuple[list[Segment], list[ClaimPart]]:
    """Split a level into its head and its claims; a claim without a TRN starts at its first status or number."""
    head: list[Segment] = []
    claims: list[ClaimPart] = []
    for segment in segments:
        if segment.id == "TRN" or (not claims and segment.id in ("STC", "REF", "AMT", "DTP", "SVC")):
            claims.append(ClaimPart())
        if not claims:
            head.append(segment)
        elif segment.id == "SVC":
            claims[-1].services.append([segment])
        elif claims[-1].services:
            claims[-1].services[-1].append(segment)
        else:
            claims[-1].own.append(segment)
    return head, claims


def read_header(header: Loop, reading: Reading) -> None:
    """Pass over ST and BHT; name what else stands before the first level."""
    for segment in header.segments:
        if segment.id in ("ST", "BHT"):
            reading.take(segment, 1, 2, 3, 4, 5, 6)
    reading.rest(header.segments, "header")


def read_numbers(segments: Iterable[Segment], reading: Reading) -> Numbers:
    """Read the REF and the DTP 472 among the segments."""
    found = Numbers()
    for segment in segments:
        if segment.id == "REF":
            _read_number(segment, found, reading)
        elif segment.id == "DTP" and segment[1] in _SERVED and found.served is None:
            found.served = read_date(segment, reading)
    return found


def _read_number(segment: Segment, found: Numbers, reading: Reading) -> None:
    number = read_reference(segment, reading)
    if number.qualifier == PAYER_NUMBER and not found.payer:
        found.payer = number.value
    elif number.qualifier == BILL_TYPE and not found.bill_type:
        found.bill_type = number.value
    elif number.qualifier == PATIENT_NUMBER and not found.patient:
        found.patient = number.value
    elif number.qualifier == LINE_NUMBER and not found.line:
        found.line = number.value
    else:
        found.others.append(number)


def read_service(segments: Sequence[Segment], reading: Reading) -> ServiceAsked:
    """Read an SVC with its number and dates; the amount paid stays with the caller."""
    service = reading.take(segments[0], 1, 4)
    qualifier, code, *modifiers = [*service.components(1), "", ""]
    numbers = read_numbers(segments[1:], reading)
    return ServiceAsked(
        qualifier=qualifier.upper(),
        code=code,
        charge_cents=reading.cents(service, 2) or 0,
        modifiers=tuple(m for m in modifiers if m),
        revenue_code=service[4],
        units=reading.number(service, 7),
        control_number=numbers.line,
        service_date=numbers.served.first if numbers.served else None,
        service_date_to=numbers.served.last if numbers.served else None,
    )


def write_service(writer: SegmentWriter, service: ServiceAsked, paid_cents: int | None = None) -> None:
    """Write the SVC alone."""
    writer.add(
        "SVC",
        (service.qualifier, service.code, *service.modifiers),
        x12_amount(service.charge_cents),
        "" if paid_cents is None else x12_amount(paid_cents),
        service.revenue_code,
        "",
        "",
        "" if service.units is None else quantity_text(service.units),
    )


def write_service_numbers(writer: SegmentWriter, service: ServiceAsked) -> None:
    """Write what follows the SVC and its statuses: our line number and the dates."""
    if service.control_number:
        writer.add("REF", LINE_NUMBER, service.control_number)
    if service.service_date is not None:
        write_date(writer, SERVICE_DATE, service.service_date, service.service_date_to)


def read_report(status: Segment, reading: Reading) -> StatusReport:
    """Read an STC."""
    reading.take(status, 1, 3, 7, 9, 10, 11, 12)
    composites = (status.components(element) for element in (1, 10, 11) if status[element])
    if not status[1]:
        reading.warn(
            "no_status", status, 1, "The payer states a status without a code.", "Ask again, or call."
        )
    codes = tuple(_code(parts) for parts in composites)
    for code in codes:
        if not status_known(code.category, code.status):
            message = "This status is not in the code lists; it is kept as it came."
            reading.warn("unknown_status", status, 1, message, "Ask the payer what it means.")
    return StatusReport(
        codes=codes,
        effective_date=reading.day(status, 2),
        action=status[3],
        charge_cents=reading.cents(status, 4),
        payment_cents=reading.cents(status, 5),
        finalized_on=reading.day(status, 6),
        payment_method=status[7],
        remittance_on=reading.day(status, 8),
        remittance_trace=status[9],
        message=status[12],
    )


def _code(parts: list[str]) -> StatusCode:
    category, status, entity, code_list, *_ = [*parts, "", "", "", ""]
    return StatusCode(category.upper(), status, entity.upper(), code_list.upper())


def write_report(writer: SegmentWriter, report: StatusReport) -> None:
    """Write an STC."""
    composites = [(c.category, c.status, c.entity, c.code_list) for c in report.codes]
    first, second, third = [*composites, ("",), ("",), ("",)][:3]
    writer.add(
        "STC",
        first,
        "" if report.effective_date is None else day_text(report.effective_date),
        report.action,
        "" if report.charge_cents is None else x12_amount(report.charge_cents),
        "" if report.payment_cents is None else x12_amount(report.payment_cents),
        "" if report.finalized_on is None else day_text(report.finalized_on),
        report.payment_method,
        "" if report.remittance_on is None else day_text(report.remittance_on),
        report.remittance_trace,
        second,
        third,
        report.message,
    )
