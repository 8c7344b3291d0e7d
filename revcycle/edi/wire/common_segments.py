"""Small segments that the 835, the 837 and the 277CA share: REF, AMT, QTY, DTM, PER, NM1, MIA, MOA, TS2, TS3.

They inform and never move money: what is broken in one of them is told as a warning and left out, and the claim
still counts.
"""

import re
from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.money import BrokenAmount, parse_cents, x12_amount
from revcycle.domain.remittances.remittance_details import (
    Channel,
    ContactPoint,
    DatedEvent,
    DrgSummary,
    InpatientAdjudication,
    NamedParty,
    OutpatientAdjudication,
    ProviderSummary,
    Reference,
    SupplementalAmount,
    SupplementalQuantity,
)
from revcycle.edi.wire.elements import parse_day, quantity_text
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

_NUMBER = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})")

MIA_ELEMENTS = (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 24)
MIA_REMARKS = (5, 20, 21, 22, 23)
MOA_ELEMENTS = (1, 2, 8, 9)
MOA_REMARKS = (3, 4, 5, 6, 7)
TS3_ELEMENTS = (4, 5, 13, 15, 17, 18, 20, 21, 22, 23, 24)
TS2_ELEMENTS = tuple(range(1, 20))
INPATIENT = tuple(f.name for f in fields(InpatientAdjudication))
OUTPATIENT = tuple(f.name for f in fields(OutpatientAdjudication))
PROVIDER_SUMMARY = tuple(f.name for f in fields(ProviderSummary))[3:]
DRG_SUMMARY = tuple(f.name for f in fields(DrgSummary))

_NM1_PADDING = [""] * 10

Notes = list[Finding]


def left_out(segment: Segment, element: int | None, message: str, code: str = "835.not_carried") -> Finding:
    """Return the warning for something that is read and not carried into the facts."""
    remedy = "It changes no amount; look it up in the file where it matters."
    return Finding(code, segment.where(element), message, remedy, Severity.WARNING, segment.position)


def not_carried(segment: Segment, loop: str) -> Finding:
    """Return the warning for a whole segment that the facts have no place for."""
    return left_out(segment, None, f"The segment {segment.id[:3]} is not carried from loop {loop}.")


def retired(segment: Segment) -> Finding:
    """Return the warning for a CAS with the group CR of 4010."""
    message = "The adjustment group CR is no longer used in remittances; it was read as OA."
    remedy = "Compare the claim with the payer's portal before it is billed on."
    return Finding("835.retired_group", segment.where(1), message, remedy, Severity.WARNING, segment.position)


def _broken(segment: Segment, element: int) -> Finding:
    message = "This element is not what its guide says (an amount, a number or a day) and was left out."
    return left_out(segment, element, message, "835.left_out")


def amount(segment: Segment, element: int, notes: Notes) -> int | None:
    """Return cents, None when empty or (with a warning) broken."""
    if not segment[element]:
        return None
    try:
        return parse_cents(segment[element])
    except BrokenAmount:
        notes.append(_broken(segment, element))
        return None


def number(segment: Segment, element: int, notes: Notes) -> Decimal | None:
    """Return a number, None when empty or (with a warning) broken."""
    text = segment[element]
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        notes.append(_broken(segment, element))
        return None
    return Decimal(text)


def read_amount(segment: Segment, notes: Notes) -> SupplementalAmount | None:
    """AMT."""
    cents = amount(segment, 2, notes)
    return None if cents is None else SupplementalAmount(segment[1], cents)


def read_quantity(segment: Segment, notes: Notes) -> SupplementalQuantity | None:
    """QTY."""
    quantity = number(segment, 2, notes)
    return None if quantity is None else SupplementalQuantity(segment[1], quantity)


def read_date(segment: Segment, notes: Notes) -> DatedEvent | None:
    """DTM."""
    day = parse_day(segment[2])
    if day is None:
        notes.append(_broken(segment, 2))
        return None
    return DatedEvent(segment[1], day)


def read_reference(segment: Segment) -> Reference:
    """REF."""
    return Reference(segment[1], segment[2])


def read_contact(segment: Segment) -> ContactPoint:
    """PER."""
    pairs = ((segment[index], segment[index + 1]) for index in (3, 5, 7))
    return ContactPoint(segment[1], segment[2], tuple(Channel(k, n) for k, n in pairs if k or n))


def read_name(segment: Segment) -> NamedParty:
    """NM1; a prefix (NM106) is not used in this guide."""
    told = segment.elements + _NM1_PADDING[len(segment.elements) :]
    return NamedParty(told[1].upper(), told[3], told[4], told[5], told[7], told[8], told[9], told[2] != "2")


def _values(segment: Segment, names: Sequence[str], elements: Sequence[int], notes: Notes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, element in zip(names, elements, strict=True):
        read = amount if name.endswith("_cents") else number
        value = read(segment, element, notes)
        if value is not None:
            found[name] = value
    return found


def read_inpatient(segment: Segment, notes: Notes) -> InpatientAdjudication:
    """MIA; without a count of covered days it is 0."""
    found = _values(segment, INPATIENT, MIA_ELEMENTS, notes)
    return InpatientAdjudication(**{"covered_days": Decimal(0), **found})


def read_outpatient(segment: Segment, notes: Notes) -> OutpatientAdjudication | None:
    """MOA; None when it holds remark codes only."""
    found = _values(segment, OUTPATIENT, MOA_ELEMENTS, notes)
    return OutpatientAdjudication(**found) if found else None


def remarks(segment: Segment, elements: Sequence[int]) -> list[str]:
    """Return the remark codes of a MIA or MOA."""
    return [segment[element] for element in elements if segment[element]]


def read_provider_summary(segment: Segment, notes: Notes) -> ProviderSummary | None:
    """TS3; None (with a warning) when its date, count or total is missing."""
    end = parse_day(segment[3])
    found = _values(segment, PROVIDER_SUMMARY, TS3_ELEMENTS, notes)
    if end is None or not {"claim_count", "charge_cents"} <= found.keys():
        notes.append(_broken(segment, 3 if end is None else 4))
        return None
    return ProviderSummary(segment[1], segment[2], end, **found)


def read_drg_summary(segment: Segment, notes: Notes) -> DrgSummary | None:
    """TS2; None when it is empty."""
    found = _values(segment, DRG_SUMMARY, TS2_ELEMENTS, notes)
    return DrgSummary(**found) if found else None


def write_name(writer: SegmentWriter, name: NamedParty) -> None:
    """Write an NM1."""
    writer.add(
        "NM1",
        name.role,
        "1" if name.is_person else "2",
        name.last_name,
        name.first_name,
        name.middle_name,
        "",
        name.suffix,
        name.qualifier,
        name.identifier,
    )


def write_values(
    writer: SegmentWriter,
    segment_id: str,
    facts: Any,
    names: Sequence[str],
    elements: Sequence[int],
    texts: dict[int, str],
) -> None:
    """Write a segment of numbers: each field of ``facts`` to its element, ``texts`` as they are."""
    values = [""] * max((*elements, *texts))
    for name, element in zip(names, elements, strict=True):
        value = getattr(facts, name, None)
        if value is not None:
            values[element - 1] = x12_amount(value) if name.endswith("_cents") else quantity_text(value)
    for element, text in texts.items():
        values[element - 1] = text
    writer.add(segment_id, *values)
