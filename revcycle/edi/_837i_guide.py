"""The institutional guide (005010X223A2)."""

from revcycle.domain.claim import ClaimKind
from revcycle.edi._837_guide import Guide
from revcycle.edi._837i_limits import BILLING, MOST_LINES
from revcycle.edi._837i_read import read_claim, read_line
from revcycle.edi._837i_write import write_claim, write_line

GUIDE = Guide(
    kind=ClaimKind.INSTITUTIONAL,
    version="005010X223A2",
    reads=("005010X223", "004010X096"),
    most_lines=MOST_LINES,
    service="SV2",
    write_claim=write_claim,
    write_line=write_line,
    read_claim=read_claim,
    read_line=read_line,
    billing=BILLING,
)
