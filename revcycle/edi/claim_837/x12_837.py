"""Claims, 837P, 837I and 837D (005010X222A1, X223A2, X224A2): write them for a payer, read them from a file."""

from revcycle.edi.claim_837.parts.facts import ClaimFile, ClaimToSend, PriorPayment, ReadClaim
from revcycle.edi.claim_837.read import iter_claims, read_claims
from revcycle.edi.claim_837.write import refusal, write_claims

__all__ = [
    "ClaimFile",
    "ClaimToSend",
    "PriorPayment",
    "ReadClaim",
    "iter_claims",
    "read_claims",
    "refusal",
    "write_claims",
]
