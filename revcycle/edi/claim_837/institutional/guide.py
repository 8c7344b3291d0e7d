"""The institutional guide (005010X223A2)."""

from revcycle.domain.claims.claim import ClaimKind
from revcycle.edi.claim_837.institutional.limits import BILLING, MOST_LINES
from revcycle.edi.claim_837.institutional.read import read_claim, read_line
from revcycle.edi.claim_837.institutional.write import write_claim, write_line
from revcycle.edi.claim_837.parts.guide import Guide

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
