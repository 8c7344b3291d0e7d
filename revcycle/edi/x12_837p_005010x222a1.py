"""Professional claims, 837P (005010X222A1): write them for a payer, read them from a file."""

from revcycle.edi._837p_facts import ClaimFile, ClaimToSend, PriorPayment, ReadClaim
from revcycle.edi._837p_read import read_claims
from revcycle.edi._837p_write import refusal, write_claims

__all__ = ["ClaimFile", "ClaimToSend", "PriorPayment", "ReadClaim", "read_claims", "refusal", "write_claims"]
