"""What of a claim file is no claim to carry."""

from revcycle.domain.claims.claim import Claim
from revcycle.domain.finding import Finding


def no_claim(claim: Claim, position: int) -> Finding | None:
    """Return why the claim at that segment position is not taken in, None when it is.

    A predetermination (CLM19 PB, 005010X224A2) asks for a price: nothing was done and nothing is owed.
    """
    if claim.dental is None or not claim.dental.predetermination:
        return None
    return Finding(
        "intake.predetermination",
        f"CLM19 in segment {position}",
        "This asks for a price before treatment (predetermination); it is no claim.",
        "Send it to the payer as it is, and import the claim once the treatment is done.",
        segment_position=position,
    )
