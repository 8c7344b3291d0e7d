"""The dental guide (005010X224A2)."""

from revcycle.domain.claim import ClaimKind
from revcycle.edi._837_guide import Guide
from revcycle.edi._837d_limits import MOST_LINES
from revcycle.edi._837d_read import read_claim, read_line
from revcycle.edi._837d_write import write_claim, write_line

GUIDE = Guide(
    kind=ClaimKind.DENTAL,
    version="005010X224A2",
    reads=("005010X224", "004010X097"),
    most_lines=MOST_LINES,
    service="SV3",
    write_claim=write_claim,
    write_line=write_line,
    read_claim=read_claim,
    read_line=read_line,
)
