"""Professional claims under their older name; the claims of all three guides are in ``x12_837``."""

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
