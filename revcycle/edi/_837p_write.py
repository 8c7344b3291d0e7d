"""Write professional claims as an 837P (005010X222A1): envelope, parties, hierarchy, claims, lines."""

from collections.abc import Sequence

from revcycle.domain.claim import Claim, ClaimFrequency, Coverage, Provider, ServiceLine
from revcycle.domain.finding import Finding
from revcycle.domain.money import x12_amount
from revcycle.domain.person import Person
from revcycle.edi._837p_facts import ClaimToSend
from revcycle.edi._837p_write_cob import LinePayments, line_adjudication, match_lines, other_coverages
from revcycle.edi.elements import NOT_STATED, quantity_text
from revcycle.edi.envelope import CannotWrite, Envelope, Party, ValueMissing
from revcycle.edi.segment_writer import SegmentWriter, day_text

VERSION = "005010X222A1"
_SELF = "18"
_MOST_DIAGNOSES = 12
_MOST_LINES = 50


def write_claims(
    envelope: Envelope, submitter: Party, receiver: Party, claims: Sequence[ClaimToSend]
) -> bytes:
    """Return one interchange with one transaction set (control number 0001) that holds the claims in order.

    BHT03, which a 277CA returns as its batch reference, is the 9-digit interchange control number.
    Raises CannotWrite (DelimiterInData, CharacterRefused, ValueTooLong, ValueMissing) with ``claim_index``.
    """
    if not claims:
        raise ValueMissing("CLM", "is missing: a claim file needs at least one claim")
    writer = SegmentWriter()
    _header(writer, envelope, submitter, receiver)
    hierarchy = _Hierarchy(writer)
    for index, sent in enumerate(claims):
        try:
            hierarchy.add(sent)
        except CannotWrite as error:
            error.claim_index = index
            raise
    return writer.interchange(envelope, "HC", "837", VERSION, acknowledge=True)


def refusal(sent: ClaimToSend) -> Finding | None:
    """Return why the claim cannot be written, None when it can. One such claim would stop its whole batch."""
    try:
        _Hierarchy(SegmentWriter()).add(sent)
    except CannotWrite as error:
        remedy = "Correct the claim; it can go with the next batch."
        return Finding("837p.cannot_write", error.field, f"{error}.", remedy)
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

    def __init__(self, writer: SegmentWriter) -> None:
        self.writer = writer
        self.number = 0
        self.billing_level = 0
        self.billing: Provider | None = None

    def add(self, sent: ClaimToSend) -> None:
        claim = sent.claim
        coverage = claim.coverage(sent.responsibility)
        if coverage is None:
            raise ValueMissing("SBR01", "names a place in line for which the claim has no coverage")
        if claim.patient.birth_date == NOT_STATED:
            raise ValueMissing("DMG02", "is missing: the patient's birth date")
        if claim.billing_provider != self.billing:
            self.number += 1
            self.billing_level, self.billing = self.number, claim.billing_provider
            self.writer.level(self.number, 0, "20", True)
            _billing_provider(self.writer, claim.billing_provider)
        self.number += 1
        subscriber_level = self.number
        dependent = coverage.relationship_code != _SELF
        self.writer.level(subscriber_level, self.billing_level, "22", dependent)
        _subscriber(self.writer, coverage, claim.patient)
        if dependent:
            self.number += 1
            self.writer.level(self.number, subscriber_level, "23", False)
            self.writer.add("PAT", coverage.relationship_code)
            self.writer.party("QC", *_names(claim.patient), person=True)
            _demographics(self.writer, claim.patient, claim.patient)
        _claim(self.writer, sent, coverage)


def _billing_provider(writer: SegmentWriter, provider: Provider) -> None:
    if provider.taxonomy_code:
        writer.add("PRV", "BI", "PXC", provider.taxonomy_code)
    _provider_name(writer, "85", provider)
    if provider.address is None:
        raise ValueMissing("N301", "is missing: the billing provider needs a street address (loop 2010AA)")
    if len(provider.address.postal_code.replace("-", "")) != 9:
        raise ValueMissing("N403", "must be a 9-digit ZIP code for the billing provider (loop 2010AA)")
    writer.address(provider.address)
    _needs(provider.tin, "REF02", "the billing provider's tax number (loop 2010AA)")
    writer.add("REF", "EI", provider.tin.replace("-", ""))
    if provider.phone:
        writer.add("PER", "IC", provider.last_or_organization_name, "TE", provider.phone)


def _needs(value: str, field: str, what: str) -> None:
    if not value:
        raise ValueMissing(field, f"is missing: {what}")


def _provider_name(writer: SegmentWriter, entity: str, provider: Provider) -> None:
    name, first = provider.last_or_organization_name, provider.first_name
    writer.party(entity, name, first, qualifier="XX", identifier=provider.npi, person=bool(first))


def _names(person: Person) -> tuple[str, str, str, str]:
    return person.last_name, person.first_name, person.middle_name, person.suffix


def _demographics(writer: SegmentWriter, person: Person, patient: Person) -> None:
    address = person.address or patient.address
    if address is not None:
        writer.address(address)
    if person.birth_date != NOT_STATED:
        writer.add("DMG", "D8", day_text(person.birth_date), person.sex)


def _subscriber(writer: SegmentWriter, coverage: Coverage, patient: Person) -> None:
    is_self = coverage.relationship_code == _SELF
    subscriber = coverage.subscriber
    writer.add(
        "SBR", coverage.responsibility.value, _SELF if is_self else "", coverage.group_number,
        "", "", "", "", "", coverage.claim_filing_indicator,
    )  # fmt: skip
    writer.party("IL", *_names(subscriber), "MI", coverage.member_id, person=True)
    _demographics(writer, subscriber, patient if is_self else subscriber)
    _needs(coverage.payer_id, "NM109", "the payer's identifier (loop 2010BB)")
    writer.party("PR", coverage.payer_name, qualifier="PI", identifier=coverage.payer_id)


def _claim(writer: SegmentWriter, sent: ClaimToSend, coverage: Coverage) -> None:
    claim = sent.claim
    place = (claim.place_of_service, "B", claim.claim_frequency.value)
    _needs(claim.patient_control_number, "CLM01", "the patient control number")
    charge = x12_amount(claim.charge_cents)
    blanks = ("",) * 10
    writer.add(
        "CLM",
        claim.patient_control_number,
        charge,
        "",
        "",
        place,
        "Y",
        "A",
        "Y",
        "Y",
        *blanks,
        claim.delay_reason_code,
    )
    if claim.prior_authorization_number:
        writer.add("REF", "G1", claim.prior_authorization_number)
    if claim.claim_frequency is not ClaimFrequency.ORIGINAL and claim.payer_claim_control_number:
        writer.add("REF", "F8", claim.payer_claim_control_number)
    _diagnoses(writer, claim)
    rendering = claim.rendering_provider
    if rendering is not None:
        _provider_name(writer, "82", rendering)
        if rendering.taxonomy_code:
            writer.add("PRV", "PE", "PXC", rendering.taxonomy_code)
    payments = match_lines(claim, sent.prior_payments)
    other_coverages(writer, sent, coverage, payments)
    _lines(writer, claim, payments)


def _diagnoses(writer: SegmentWriter, claim: Claim) -> None:
    if not claim.diagnosis_codes:
        return
    if len(claim.diagnosis_codes) > _MOST_DIAGNOSES:
        raise CannotWrite("HI13", "does not exist: a professional claim carries at most 12 diagnoses")
    codes = [code.replace(".", "") for code in claim.diagnosis_codes]
    writer.add("HI", ("ABK", codes[0]), *(("ABF", code) for code in codes[1:]))


def _lines(writer: SegmentWriter, claim: Claim, payments: LinePayments) -> None:
    if not 0 < len(claim.lines) <= _MOST_LINES:
        raise CannotWrite("LX01", "is out of range: a professional claim carries 1 to 50 lines")
    for number, line in enumerate(claim.lines, 1):
        writer.add("LX", str(number))
        _line(writer, claim, line)
        line_adjudication(writer, payments, number - 1)


def _line(writer: SegmentWriter, claim: Claim, line: ServiceLine) -> None:
    if len(line.modifiers) > 4:
        raise CannotWrite("SV101-7", "does not exist: a line carries at most 4 modifiers")
    if len(line.diagnosis_pointers) > 4:
        raise CannotWrite("SV107-5", "does not exist: a line points to at most 4 diagnoses")
    place = "" if line.place_of_service == claim.place_of_service else line.place_of_service
    writer.add(
        "SV1",
        ("HC", line.procedure_code, *line.modifiers),
        x12_amount(line.charge_cents),
        "UN",
        quantity_text(line.units),
        place,
        "",
        tuple(map(str, line.diagnosis_pointers)) or "",
    )
    writer.add("DTP", "472", "D8", day_text(line.service_date))
    writer.add("REF", "6R", line.line_item_control_number or str(line.line_number))
