"""Write claims as an 837: envelope, header, hierarchy of parties, claims, lines; the guide by the claims' kind."""

from collections.abc import Sequence

from revcycle.domain.claims.claim import Claim, ClaimFrequency, Provider
from revcycle.domain.claims.claim_details import PayToPlan
from revcycle.domain.finding import Finding
from revcycle.domain.person import Address
from revcycle.edi.claim_837.guides import guide_of
from revcycle.edi.claim_837.parts.details import needs
from revcycle.edi.claim_837.parts.facts import ClaimToSend
from revcycle.edi.claim_837.parts.guide import Guide
from revcycle.edi.claim_837.parts.write_cob import (
    LinePayments,
    line_adjudication,
    match_lines,
    other_coverages,
)
from revcycle.edi.claim_837.parts.write_parties import (
    SELF,
    write_billing_provider,
    write_patient,
    write_subscriber,
)
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

_ANSWERS_AN_EARLIER_CLAIM = (ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID)


def write_claims(
    envelope: Envelope, submitter: Party, receiver: Party, claims: Sequence[ClaimToSend]
) -> bytes:
    """Return one interchange with one transaction set (control number 0001) that holds the claims in order.

    All claims are of one kind, which chooses the guide. BHT03, which a 277CA returns as its batch reference, is
    the 9-digit interchange control number.
    Raises CannotWrite (DelimiterInData, CharacterRefused, ValueTooLong, ValueMissing) with ``claim_index``.
    """
    if not claims:
        raise ValueMissing("CLM", "is missing: a claim file needs at least one claim")
    guide = guide_of(claims[0].claim.kind)
    writer = SegmentWriter()
    _header(writer, envelope, submitter, receiver)
    hierarchy = _Hierarchy(writer, guide)
    for index, sent in enumerate(claims):
        try:
            hierarchy.add(sent)
        except CannotWrite as error:
            error.claim_index = index
            raise
    return writer.interchange(envelope, "HC", "837", guide.version, acknowledge=True)


def refusal(sent: ClaimToSend) -> Finding | None:
    """Return why the claim cannot be written, None when it can. One such claim would stop its whole batch."""
    try:
        _Hierarchy(SegmentWriter(), guide_of(sent.claim.kind)).add(sent)
    except CannotWrite as error:
        remedy = "Correct the claim; it can go with the next batch."
        code = f"{sent.claim.kind.value.lower()}.cannot_write"
        return Finding(code, error.field, f"{error}.", remedy)
    return None


def _header(writer: SegmentWriter, envelope: Envelope, submitter: Party, receiver: Party) -> None:
    at, reference = envelope.at, f"{envelope.interchange_control_number:09d}"
    writer.add("BHT", "0019", "00", reference, day_text(at), f"{at:%H%M}", "CH")
    writer.party("41", submitter.name, qualifier="46", identifier=submitter.identifier)
    phone = "".join(digit for digit in submitter.contact_phone if digit.isdecimal())
    if not phone:
        raise ValueMissing("PER04", "is missing: the submitter needs a contact telephone number")
    writer.add("PER", "IC", submitter.contact_name, "TE", phone)
    writer.party("40", receiver.name, qualifier="46", identifier=receiver.identifier)


class _Hierarchy:
    """The HL tree: a billing provider is opened once for the claims that follow each other under it."""

    def __init__(self, writer: SegmentWriter, guide: Guide) -> None:
        self.writer = writer
        self.guide = guide
        self.number = 0
        self.billing_level = 0
        self.billing: tuple[Provider, Address | None, PayToPlan | None] | None = None

    def add(self, sent: ClaimToSend) -> None:
        """Write one claim with what stands above it."""
        claim, writer = sent.claim, self.writer
        coverage = claim.coverage(sent.responsibility)
        if coverage is None:
            raise ValueMissing("SBR01", "names a place in line for which the claim has no coverage")
        if claim.patient.birth_date == NOT_STATED:
            raise ValueMissing("DMG02", "is missing: the patient's birth date")
        if claim.kind is not self.guide.kind:
            raise CannotWrite("GS08", "is of one guide: claims of another kind go in a file of their own")
        self._open_billing(claim)
        self.number += 1
        subscriber_level = self.number
        dependent = coverage.relationship_code != SELF
        writer.level(subscriber_level, self.billing_level, "22", dependent)
        write_subscriber(writer, claim, coverage)
        if dependent:
            self.number += 1
            writer.level(self.number, subscriber_level, "23", False)
            write_patient(writer, claim, coverage)
        _claim_must_be_known(claim)
        self.guide.write_claim(writer, sent, coverage)
        payments = match_lines(claim, sent.prior_payments) if sent.prior_payments else ()
        if len(claim.coverages) > 1:
            other_coverages(writer, claim, coverage, payments)
        self._lines(claim, payments)

    def _open_billing(self, claim: Claim) -> None:
        billing = (claim.billing_provider, claim.pay_to_address, claim.pay_to_plan)
        if billing != self.billing:
            self.number += 1
            self.billing_level, self.billing = self.number, billing
            self.writer.level(self.number, 0, "20", True)
            write_billing_provider(self.writer, claim, self.guide.billing)

    def _lines(self, claim: Claim, payments: LinePayments) -> None:
        guide, writer = self.guide, self.writer
        if not 0 < len(claim.lines) <= guide.most_lines:
            raise CannotWrite(
                "LX01", f"is out of range: a claim of this kind carries 1 to {guide.most_lines} lines"
            )
        for number, line in enumerate(claim.lines, 1):
            writer.add("LX", str(number))
            guide.write_line(writer, claim, line)
            if payments:
                line_adjudication(writer, payments, line, number - 1)


def _claim_must_be_known(claim: Claim) -> None:
    needs(claim.patient_control_number, "CLM01", "the patient control number")
    if claim.claim_frequency in _ANSWERS_AN_EARLIER_CLAIM and not claim.payer_claim_control_number:
        raise ValueMissing(
            "REF02",
            "is missing: a replacement or a void needs the payer's own number of the claim it answers (REF*F8)",
        )
