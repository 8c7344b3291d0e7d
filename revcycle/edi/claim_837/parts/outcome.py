"""How another payer adjudicated the claim as a whole (loop 2320): MIA for a stay, MOA for anything else, both ways."""

from dataclasses import dataclass

from revcycle.domain.finding import Finding
from revcycle.domain.remittances.remittance import ClaimPayment
from revcycle.domain.remittances.remittance_details import InpatientAdjudication, OutpatientAdjudication
from revcycle.edi.wire.common_segments import (
    INPATIENT,
    MIA_ELEMENTS,
    MIA_REMARKS,
    MOA_ELEMENTS,
    MOA_REMARKS,
    OUTPATIENT,
    read_inpatient,
    read_outpatient,
    remarks,
    write_values,
)
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment


@dataclass(slots=True)
class Outcome:
    """What MIA and MOA say; ``remark_codes`` are those of both."""

    inpatient: InpatientAdjudication | None = None
    outpatient: OutpatientAdjudication | None = None
    remark_codes: tuple[str, ...] = ()

    def take(self, segment: Segment) -> bool:
        """Take a MIA or MOA; False for a second one, and when a number in it cannot be read."""
        broken: list[Finding] = []
        if segment.id == "MIA" and self.inpatient is None:
            self.inpatient = read_inpatient(segment, broken)
            self.remark_codes += tuple(remarks(segment, MIA_REMARKS))
        elif segment.id == "MOA" and self.outpatient is None:
            self.outpatient = read_outpatient(segment, broken)
            self.remark_codes += tuple(remarks(segment, MOA_REMARKS))
        else:
            return False
        return not broken


def write_outcome(writer: SegmentWriter, payment: ClaimPayment, of_stay: bool) -> None:
    """Write what there is; only an institutional claim (``of_stay``) has a MIA. The first remark codes count."""
    codes = payment.remark_codes
    if of_stay and payment.inpatient is not None:
        told = dict(zip(MIA_REMARKS, codes, strict=False))
        write_values(writer, "MIA", payment.inpatient, INPATIENT, MIA_ELEMENTS, told)
        codes = codes[len(MIA_REMARKS) :]
    if codes or payment.outpatient is not None:
        told = dict(zip(MOA_REMARKS, codes, strict=False))
        write_values(writer, "MOA", payment.outpatient, OUTPATIENT, MOA_ELEMENTS, told)
