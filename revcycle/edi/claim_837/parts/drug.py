"""A drug on a service line (loop 2410), both ways: LIN, CTP, REF."""

from collections.abc import Sequence

from revcycle.domain.claims.claim_details import Drug
from revcycle.edi.claim_837.parts.details import needs, short
from revcycle.edi.claim_837.parts.guide import Facts, Remarks
from revcycle.edi.wire.elements import quantity, quantity_text
from revcycle.edi.wire.errors import CannotWrite, Unreadable
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

_NUMBERS = ("XZ", "VY")


def write_drug(writer: SegmentWriter, drug: Drug) -> None:
    """Write loop 2410. Raises CannotWrite."""
    needs(drug.ndc, "LIN03", "the National Drug Code of a drug")
    needs(drug.unit, "CTP05-1", "the unit of a drug")
    writer.add("LIN", "", "N4", short(drug.ndc, "LIN03", 48))
    writer.add("CTP", "", "", "", quantity_text(drug.quantity), (drug.unit,))
    if drug.prescription_number and drug.link_number:
        raise CannotWrite("REF01", "cannot be both a prescription and a link between drugs (loop 2410)")
    if drug.prescription_number:
        writer.add("REF", "XZ", drug.prescription_number)
    elif drug.link_number:
        writer.add("REF", "VY", drug.link_number)


def read_drugs(facts: Facts, loops: Sequence[Sequence[Segment]], remarks: Remarks) -> None:
    """Take the first 2410 as ``drug``; what no fact holds is left in the remarks."""
    for loop in loops:
        if "drug" in facts or not _read(facts, loop, remarks):
            remarks.leave("2410", loop)


def _read(facts: Facts, loop: Sequence[Segment], remarks: Remarks) -> bool:
    head = loop[0]
    counted = next((segment for segment in loop if segment.id == "CTP"), None)
    if head[2] != "N4" or not head[3] or counted is None:
        return False
    try:
        amount = quantity(counted, 4)
    except Unreadable:
        return False
    references = [segment for segment in loop if segment.id == "REF"]
    numbers = {segment[1]: segment[2] for segment in references}
    remarks.leave("2410", [segment for segment in references if segment[1] not in _NUMBERS])
    facts["drug"] = Drug(
        head[3], amount, counted.component(5, 1), *(numbers.get(name, "") for name in _NUMBERS)
    )
    return True
