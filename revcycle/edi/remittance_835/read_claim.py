"""One claim of an 835: CLP (2100) with its services SVC (2110)."""

from datetime import date

from revcycle.domain.remittances.remittance import Adjustment, ClaimPayment
from revcycle.domain.remittances.remittance_details import (
    ContactPoint,
    DatedEvent,
    InpatientAdjudication,
    NamedParty,
    OutpatientAdjudication,
    Reference,
    SupplementalAmount,
    SupplementalQuantity,
)
from revcycle.edi.remittance_835.read_service import read_service
from revcycle.edi.wire.adjustments import RETIRED_GROUP, read_adjustments
from revcycle.edi.wire.common_segments import (
    MIA_REMARKS,
    MOA_REMARKS,
    Notes,
    left_out,
    not_carried,
    number,
    read_amount,
    read_contact,
    read_date,
    read_inpatient,
    read_name,
    read_outpatient,
    read_quantity,
    read_reference,
    remarks,
    retired,
)
from revcycle.edi.wire.elements import cents, cents_or_zero, required
from revcycle.edi.wire.segments import Segment

_LOOP = "2100"
_CLAIM_DATES = frozenset(["232", "472"])
_UNUSED = (10, 14)
_PADDING = [""] * 15


class _Parts:
    """What a claim's own segments have told so far."""

    __slots__ = (
        "adjustments",
        "amounts",
        "carrier",
        "contacts",
        "dates",
        "day",
        "inpatient",
        "names",
        "outpatient",
        "quantities",
        "references",
        "remarks",
    )

    def __init__(self) -> None:
        self.adjustments: tuple[Adjustment, ...] = ()
        self.amounts: tuple[SupplementalAmount, ...] = ()
        self.carrier = ""
        self.contacts: tuple[ContactPoint, ...] = ()
        self.dates: tuple[DatedEvent, ...] = ()
        self.day: date | None = None
        self.inpatient: InpatientAdjudication | None = None
        self.names: tuple[NamedParty, ...] = ()
        self.outpatient: OutpatientAdjudication | None = None
        self.quantities: tuple[SupplementalQuantity, ...] = ()
        self.references: tuple[Reference, ...] = ()
        self.remarks: tuple[str, ...] = ()


def read_claim_payment(segments: list[Segment], group_number: int, notes: Notes) -> ClaimPayment:
    """Read a 2100 loop, CLP first. What is not carried is added to ``notes``.

    Raises Unreadable with the first thing that is broken and bears on the money.
    """
    head = segments[0]
    parts, services = _Parts(), list[list[Segment]]()
    current: list[Segment] | None = None
    for segment in segments[1:]:
        name = segment.id
        if name == "SVC":
            current = [segment]
            services.append(current)
        elif current is not None:
            current.append(segment)
        elif (reader := _READERS.get(name)) is not None:
            reader(segment, parts, notes)
        else:
            notes.append(not_carried(segment, _LOOP))
    told = head.elements + _PADDING[len(head.elements) :]
    for index in _UNUSED:
        if told[index]:
            notes.append(left_out(head, index, "This element is not used and was left out."))
    return ClaimPayment(
        told[1],
        told[2] or required(head, 2),
        cents(head, 3),
        cents(head, 4),
        cents_or_zero(head, 5),
        told[7],
        told[6] or "CI",
        parts.adjustments,
        tuple([read_service(loop, parts.day, notes) for loop in services]),
        parts.remarks,
        parts.carrier,
        head.position,
        told[8],
        told[9],
        told[11],
        number(head, 12, notes) if told[12] else None,
        number(head, 13, notes) if told[13] else None,
        parts.names,
        parts.inpatient,
        parts.outpatient,
        parts.references,
        parts.dates,
        parts.contacts,
        parts.amounts,
        parts.quantities,
        group_number,
        head.position,
    )


def _on_adjustment(segment: Segment, parts: _Parts, notes: Notes) -> None:
    parts.adjustments += read_adjustments(segment)
    if segment[1] == RETIRED_GROUP:
        notes.append(retired(segment))


def _on_name(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if segment[1] == "TT":
        parts.carrier = parts.carrier or segment[3] or segment[9]
    elif len(segment) <= 3 and segment[1] == "QC":
        return
    parts.names += (read_name(segment),)


def _on_inpatient(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if parts.inpatient is not None:
        notes.append(not_carried(segment, _LOOP))
        return
    parts.inpatient = read_inpatient(segment, notes)
    parts.remarks += tuple(remarks(segment, MIA_REMARKS))


def _on_outpatient(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if parts.outpatient is not None:
        notes.append(not_carried(segment, _LOOP))
        return
    parts.outpatient = read_outpatient(segment, notes)
    parts.remarks += tuple(remarks(segment, MOA_REMARKS))


def _on_reference(segment: Segment, parts: _Parts, notes: Notes) -> None:
    parts.references += (read_reference(segment),)


def _on_date(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if (read := read_date(segment, notes)) is not None:
        parts.dates += (read,)
        if parts.day is None and read.qualifier in _CLAIM_DATES:
            parts.day = read.day


def _on_contact(segment: Segment, parts: _Parts, notes: Notes) -> None:
    parts.contacts += (read_contact(segment),)


def _on_amount(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if (read := read_amount(segment, notes)) is not None:
        parts.amounts += (read,)


def _on_quantity(segment: Segment, parts: _Parts, notes: Notes) -> None:
    if (read := read_quantity(segment, notes)) is not None:
        parts.quantities += (read,)


_READERS = {
    "CAS": _on_adjustment,
    "NM1": _on_name,
    "MIA": _on_inpatient,
    "MOA": _on_outpatient,
    "REF": _on_reference,
    "DTM": _on_date,
    "PER": _on_contact,
    "AMT": _on_amount,
    "QTY": _on_quantity,
}
