"""The CLM segment of an 837, both ways, and the segments all guides have beside it in loop 2300."""

from revcycle.domain.claims.claim import Claim, ClaimFrequency, Statements
from revcycle.domain.claims.claim_details import RelatedCauses
from revcycle.domain.money import x12_amount
from revcycle.edi.claim_837.parts.details import Limits, write_references
from revcycle.edi.claim_837.parts.guide import Facts
from revcycle.edi.wire.elements import cents, required, unreadable
from revcycle.edi.wire.errors import CannotWrite
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

_USUAL = Statements()
_USUALLY = ["Y", "A", "Y", "Y"]
_MOST_CAUSES = 3
_FREQUENCIES = {frequency.value: frequency for frequency in ClaimFrequency}


def write_clm(writer: SegmentWriter, claim: Claim, place: str, qualifier: str, *further: str) -> None:
    """Write the CLM; ``place`` with its ``qualifier`` (A type of bill, B place of service) is CLM05.

    ``further`` are CLM13 to CLM19, empty where the guide has none.
    """
    said = claim.statements
    writer.add(
        "CLM",
        claim.patient_control_number,
        x12_amount(claim.charge_cents),
        "",
        "",
        (place, qualifier, claim.claim_frequency.value),
        "Y" if said.signature_on_file else "N",
        said.accepts_assignment,
        said.benefits_assigned,
        said.release,
        "P" if said.signed_for_patient else "",
        _causes(claim.related_causes) if claim.related_causes is not None else "",
        claim.special_program_code,
        *(further or ("",) * 7),
        claim.delay_reason_code,
    )


def _causes(causes: RelatedCauses) -> tuple[str, ...]:
    if not 0 < len(causes.codes) <= _MOST_CAUSES:
        raise CannotWrite("CLM11", "must name one to three causes")
    codes = (*causes.codes, "", "")[:3]
    return (*codes, causes.state, causes.country)


def read_clm(segment: Segment, frequencies: frozenset[ClaimFrequency], code: str) -> Facts:
    """Return the claim's fields from CLM except CLM05-1.

    Raises Unreadable; ``code`` is the prefix of its finding codes.
    """
    control_number = required(segment, 1)
    frequency = _FREQUENCIES.get(segment.component(5, 3))
    if frequency not in frequencies:
        message = "The claim frequency (third part of CLM05) is not one that this guide has."
        raise unreadable(f"{code}.claim_frequency", segment, 5, message)
    facts: Facts = {
        "patient_control_number": control_number,
        "charge_cents": cents(segment, 2),
        "claim_frequency": frequency,
        "source_control_number": control_number,
    }
    if segment.elements[6:11] != _USUALLY:
        facts["statements"] = _statements(segment)
    if len(segment) > 11:
        facts["special_program_code"] = segment[12]
        facts["delay_reason_code"] = segment[20]
        if segment[11]:
            facts["related_causes"] = _related_causes(segment.components(11))
    return facts


def _statements(segment: Segment) -> Statements:
    return Statements(
        segment[6] != "N",
        segment[7] or _USUAL.accepts_assignment,
        segment[8] or _USUAL.benefits_assigned,
        segment[9] or _USUAL.release,
        segment[10] == "P",
    )


def _related_causes(parts: list[str]) -> RelatedCauses:
    padded = [*parts, "", "", "", "", ""]
    return RelatedCauses(tuple(code for code in padded[:3] if code), padded[3], padded[4])


def write_claim_references(writer: SegmentWriter, claim: Claim, limits: Limits) -> None:
    """Write the numbers of loop 2300: prior authorization, the payer's own on a replacement or void, and the rest."""
    if claim.prior_authorization_number:
        writer.add("REF", "G1", claim.prior_authorization_number)
    if claim.claim_frequency is not ClaimFrequency.ORIGINAL and claim.payer_claim_control_number:
        writer.add("REF", "F8", claim.payer_claim_control_number)
    write_references(writer, claim.references, limits)
