"""What of a claim file is taken in, and as what."""

from dataclasses import replace

from revcycle.domain.claims.claim import Claim, PriorPayment
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


def unkept_payments(claim: Claim, prior: tuple[PriorPayment, ...], position: int) -> Finding | None:
    """Return why the claim at that segment position cannot be taken in with what payers before paid, None when it can.

    The next payer wants each earlier one's payment and adjustments to be the charge (005010X222A1, 2320 and 2430).
    """
    for place in dict.fromkeys((one.responsibility, one.payer_id) for one in prior):
        told = [one.payment for one in prior if (one.responsibility, one.payer_id) == place]
        adjusted = sum(a.amount_cents for one in told for a in one.all_adjustments)
        if sum(one.payment_cents for one in told) + adjusted != claim.charge_cents:
            return Finding(
                "intake.prior_payment",
                f"loop 2320 ({place[0].value}) of the claim in segment {position}",
                "What an earlier payer paid and its adjustments are not the claim's charge.",
                "Complete AMT*D, CAS and SVD from that payer's remittance in the system that made the file.",
                segment_position=position,
            )
    return None


def as_ours(read: Claim, number: str, prior: tuple[PriorPayment, ...]) -> Claim:
    """Return the claim under a patient control number of ours, its lines numbered after it, with the prior payments."""
    names = {line.line_item_control_number: f"{number}-{line.line_number}" for line in read.lines}
    lines = tuple(
        replace(line, line_item_control_number=f"{number}-{line.line_number}") for line in read.lines
    )
    return replace(
        read,
        patient_control_number=number,
        source_control_number=read.patient_control_number,
        lines=lines,
        prior_payments=tuple(_renamed(one, number, names) for one in prior),
    )


def _renamed(prior: PriorPayment, number: str, names: dict[str, str]) -> PriorPayment:
    services = tuple(
        replace(one, line_item_control_number=names.get(one.line_item_control_number, ""))
        for one in prior.payment.services
    )
    payment = replace(prior.payment, patient_control_number=number, services=services)
    return replace(prior, payment=payment)
