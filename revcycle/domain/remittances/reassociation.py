"""How a remittance and the bank stand to each other."""

from enum import StrEnum


class Reassociation(StrEnum):
    """``missing``: no deposit under the trace number; ``not_needed``: nothing was paid."""

    NOT_NEEDED = "not_needed"
    MISSING = "missing"
    MATCHED = "matched"
    AMOUNT_MISMATCH = "amount_mismatch"
