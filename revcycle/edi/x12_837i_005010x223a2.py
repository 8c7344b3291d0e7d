"""Institutional claims (837I, 005010X223A2): the same door as the claims of all guides in ``x12_837``.

A claim of the kind INSTITUTIONAL is written by this guide; a file's transaction sets are read by the guide they name.
"""

from revcycle.edi.x12_837 import (
    ClaimFile,
    ClaimToSend,
    PriorPayment,
    ReadClaim,
    read_claims,
    refusal,
    write_claims,
)

__all__ = ["ClaimFile", "ClaimToSend", "PriorPayment", "ReadClaim", "read_claims", "refusal", "write_claims"]
