"""One service of an 835: SVC (2110) with its adjustments, dates, numbers, amounts and remark codes."""

from datetime import date

from revcycle.domain.remittances.remittance import Adjustment, ServicePayment
from revcycle.domain.remittances.remittance_details import Reference, SupplementalAmount, SupplementalQuantity
from revcycle.edi.wire.adjustments import RETIRED_GROUP, read_adjustments
from revcycle.edi.wire.common_segments import (
    Notes,
    amount,
    left_out,
    not_carried,
    number,
    read_amount,
    read_quantity,
    read_reference,
    retired,
)
from revcycle.edi.wire.elements import cents, cents_or_zero, parse_day
from revcycle.edi.wire.procedure import NO_PROCEDURE, read_procedure
from revcycle.edi.wire.segments import Segment

_LOOP = "2110"


class _Parts:
    """What a service's segments have told so far."""

    __slots__ = (
        "adjustments",
        "allowed",
        "amounts",
        "control_number",
        "ends",
        "quantities",
        "references",
        "rejects",
        "remarks",
        "starts",
    )

    def __init__(self) -> None:
        self.adjustments: tuple[Adjustment, ...] = ()
        self.allowed: int | None = None
        self.amounts: tuple[SupplementalAmount, ...] = ()
        self.control_number = ""
        self.starts: date | None = None
        self.ends: date | None = None
        self.quantities: tuple[SupplementalQuantity, ...] = ()
        self.references: tuple[Reference, ...] = ()
        self.rejects: tuple[str, ...] = ()
        self.remarks: tuple[str, ...] = ()


def read_service(loop: list[Segment], claim_day: date | None, notes: Notes) -> ServicePayment:
    """Read a 2110 loop, SVC first; without a date of its own it has the claim's. Raises Unreadable."""
    head = loop[0]
    parts = _Parts()
    for segment in loop[1:]:
        reader = _READERS.get(segment.id)
        if reader is None:
            notes.append(not_carried(segment, _LOOP))
        else:
            reader(segment, parts, notes)
    elements = head.elements
    size = len(elements)
    procedure = read_procedure(head, elements[1]) if size > 1 else NO_PROCEDURE
    return ServicePayment(
        procedure.code,
        procedure.modifiers,
        _charge(head, notes),
        cents_or_zero(head, 3),
        parts.adjustments,
        parts.starts or claim_day,
        parts.control_number,
        parts.remarks,
        parts.allowed,
        _units(head, elements[5], notes) if size > 5 else "1",
        procedure.qualifier,
        procedure.description,
        elements[4] if size > 4 else "",
        read_procedure(head, elements[6]) if size > 6 and elements[6] else None,
        number(head, 7, notes) if size > 7 else None,
        parts.ends,
        parts.references,
        parts.amounts,
        parts.quantities,
        parts.rejects,
        head.position,
    )


def _charge(head: Segment, notes: Notes) -> int:
    if head[2]:
        return cents(head, 2)
    notes.append(
        left_out(head, 2, "The line has no charge; it was read as nothing charged.", "835.no_charge")
    )
    return 0


def _units(head: Segment, text: str, notes: Notes) -> str:
    if text.isdecimal() and text.isascii():
        return text
    return text if number(head, 5, notes) is not None else "1"


def _on_adjustment(segment: Segment, parts: _Parts, notes: Notes) -> None:
    parts.adjustments += read_adjustments(segment)
    if segment[1] == RETIRED_GROUP:
        notes.append(retired(segment))


def _on_date(segment: Segment, parts: _Parts, notes: Notes) -> None:
    qualifier, day = segment[1], parse_day(segment[2])
    if day is None or qualifier not in ("472", "150", "151"):
        notes.append(
            left_out(segment, 2, "This date is not a service date of the calendar and was left out.")
        )
    elif qualifier == "151":
        parts.ends = parts.ends or day
    elif parts.starts is None:
        parts.starts = day


def _on_reference(segment: Segment, parts: _Parts, notes: Notes) -> None:
    told = segment.elements
    if len(told) > 2 and told[1] == "6R" and not parts.control_number:
        parts.control_number = told[2]
    else:
        parts.references += (read_reference(segment),)


def _on_amount(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if segment[1] == "B6" and parts.allowed is None:
        parts.allowed = amount(segment, 2, notes)
    elif (read := read_amount(segment, notes)) is not None:
        parts.amounts += (read,)


def _on_quantity(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if (read := read_quantity(segment, notes)) is not None:
        parts.quantities += (read,)


def _on_remark(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if segment[1] == "HE" and segment[2]:
        parts.remarks += (segment[2],)
    elif segment[1] == "RX" and segment[2]:
        parts.rejects += (segment[2],)
    else:
        notes.append(left_out(segment, 1, "This remark is of no code list of the guide (HE, RX)."))


_READERS = {
    "CAS": _on_adjustment,
    "DTM": _on_date,
    "REF": _on_reference,
    "AMT": _on_amount,
    "QTY": _on_quantity,
    "LQ": _on_remark,
}
