"""The professional guide (005010X222A1)."""

from revcycle.domain.claims.claim import ClaimKind
from revcycle.edi.claim_837.parts.guide import Guide
from revcycle.edi.claim_837.professional.read import read_claim, read_line
from revcycle.edi.claim_837.professional.write import write_claim, write_line

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
