"""How a claim ends."""

from enum import StrEnum


class ClaimEnding(StrEnum):
    """The endings that the process of a claim gives it; those of a patient's share are the account's (``Ending``)."""

    PAID = "paid"
    """Insurance settled it."""
    PAID_BY_PATIENT = "paid_by_patient"
    """Insurance and the patient settled it."""
    WRITTEN_OFF = "written_off"
    """A denied amount was written off, by a person's decision."""
