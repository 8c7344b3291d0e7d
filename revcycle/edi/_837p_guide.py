"""The professional guide (005010X222A1)."""

from revcycle.domain.claim import ClaimKind
from revcycle.edi._837_guide import Guide
from revcycle.edi._837p_read import read_claim, read_line
from revcycle.edi._837p_write import write_claim, write_line

GUIDE = Guide(
    kind=ClaimKind.PROFESSIONAL,
    version="005010X222A1",
    reads=("005010X222", "004010X098"),
    most_lines=50,
    service="SV1",
    write_claim=write_claim,
    write_line=write_line,
    read_claim=read_claim,
    read_line=read_line,
)
