"""The steps of a claim's process: what it does next, found again from the database after a lost engine."""

from enum import StrEnum


class ClaimStep(StrEnum):
    """What the claim's process does next."""

    VERIFY_COVERAGE = "verify_coverage"
    RELEASE = "release"
    CORRECT = "correct"
    AWAIT_ACKNOWLEDGMENT = "await_acknowledgment"
    AWAIT_REMITTANCE = "await_remittance"
    AWAIT_CROSSOVER = "await_crossover"
    FIGHT_DENIAL = "fight_denial"
    EXPECT_REMITTANCE = "expect_remittance"
    TURN_TO_PATIENT = "turn_to_patient"
    WRITE_OFF = "write_off"
    AWAIT_SETTLEMENT = "await_settlement"
    REVIEW = "review"
    CLOSED = "closed"
