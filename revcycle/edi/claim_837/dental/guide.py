"""The dental guide (005010X224A2)."""

from revcycle.domain.claims.claim import ClaimKind
from revcycle.edi.claim_837.dental.limits import MOST_LINES
from revcycle.edi.claim_837.dental.read import read_claim, read_line
from revcycle.edi.claim_837.dental.write import write_claim, write_line
from revcycle.edi.claim_837.parts.guide import Guide

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
