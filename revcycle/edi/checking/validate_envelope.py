"""What the envelope promises beside counts and numbers: unique control numbers, groups that fit what is inside."""

from collections.abc import Iterable

from revcycle.domain.codes.acknowledgment_codes import acknowledgment_code
from revcycle.domain.finding import Finding
from revcycle.edi.checking.validate_codes import Told
from revcycle.edi.wire.elements import parse_day
from revcycle.edi.wire.interchange import Reading, TransactionStream
from revcycle.edi.wire.segments import Segment

GROUP_OF = {
    "270": "HS",
    "271": "HB",
    "275": "PI",
    "276": "HR",
    "277": "HN",
    "278": "HI",
    "820": "RA",
    "834": "BE",
    "835": "HP",
    "837": "HC",
    "997": "FA",
    "999": "FA",
}
"""The functional group (GS01) each transaction belongs in."""

_REMEDY = "Have the writer of the envelope corrected, then send again under new control numbers."


class EnvelopeChecks:
    """Goes with a reading and looks at each envelope once."""

    def __init__(self) -> None:
        """Start before the first interchange."""
        self._interchange: Segment | None = None
        self._group: Segment | None = None
        self._numbers: set[tuple[str, str, str]] = set()
        self._sets: set[str] = set()

    def check(self, reading: Reading, transaction: TransactionStream, told: Told) -> None:
        """Look at what has opened since the last transaction, and at this one's head."""
        isa, gs = reading.interchange, reading.group
        if isa is not None and isa is not self._interchange:
            self._on_interchange(isa, told)
        if gs is not None and gs is not self._group:
            self._sets = set()
        self._interchange, self._group = isa, gs
        self._on_transaction(transaction, gs, told)

    def _on_interchange(self, isa: Segment, told: Told) -> None:
        key = (isa[6], isa[8], isa[13])
        if key in self._numbers:
            told.append(_wrong("x12.number_reused", isa, 13, "This interchange control number came before."))
        self._numbers.add(key)
        if isa[12] != "00501":
            message = "The version of the envelope is not 00501, which these guides are written for."
            told.append(_wrong("x12.interchange_version", isa, 12, message))
        if isa[15] not in ("P", "T"):
            told.append(_wrong("x12.usage", isa, 15, "The usage is neither P (production) nor T (test)."))

    def _on_transaction(self, transaction: TransactionStream, gs: Segment | None, told: Told) -> None:
        head = transaction.head
        if transaction.control_number in self._sets:
            told.append(
                _wrong("x12.set_number_reused", head, 2, "This control number came before in the group.")
            )
        self._sets.add(transaction.control_number)
        if gs is None:
            return
        wanted = GROUP_OF.get(transaction.kind)
        if wanted and gs[1] != wanted:
            message = "The kind of group (GS01) does not fit the transaction inside."
            told.append(_wrong("x12.group_kind", gs, 1, message))
        if head[3] and gs[8] and head[3].upper() != gs[8].upper():
            message = "The guide named in ST03 is not the one the group names in GS08."
            told.append(_wrong("x12.guide_differs", head, 3, message))

    def acknowledgments(self, segments: Iterable[Segment], told: Told) -> None:
        """Look at the TA1 segments."""
        for segment in segments:
            day = parse_day(segment[2])
            for element, index in (("TA104", 4), ("TA105", 5)):
                if day is None or acknowledgment_code(element, segment[index], day) is None:
                    message = "The acknowledgment's date or code is not one that the guide knows."
                    told.append(_wrong("x12.acknowledgment_code", segment, index, message))


def _wrong(code: str, segment: Segment, element: int, message: str) -> Finding:
    return Finding(code, segment.where(element), message, _REMEDY, segment_position=segment.position)
