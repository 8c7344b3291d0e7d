"""The parties above a claim in an 837: billing provider 2000A, subscriber and payer 2000B, patient 2000C."""

from revcycle.domain.claims.claim import Claim, Coverage, Provider
from revcycle.domain.claims.claim_details import PayToPlan
from revcycle.domain.person import Person
from revcycle.edi.claim_837.parts.details import needs, write_references
from revcycle.edi.claim_837.parts.guide import ProviderLoop
from revcycle.edi.claim_837.parts.providers import write_contact, write_ids
from revcycle.edi.wire.elements import NOT_STATED, quantity_text
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

SELF = "18"
AT_PAYER = ("G2", "LU")
"""The billing provider's numbers that the payer gave: they stand with the payer (2010BB)."""

_MOST_PAYER_IDS = 3
_PAYER_IDS = {"2U": 1, "EI": 1, "FY": 1, "NF": 1}
_SUBSCRIBER_IDS = {"SY": 1, "Y4": 1}
_PATIENT_IDS = {"Y4": 1, "1W": 1, "SY": 1}
_PLAN_IDS = {"2U": 1, "FY": 1, "NF": 1}


def write_billing_provider(writer: SegmentWriter, claim: Claim, shape: ProviderLoop) -> None:
    """Write loop 2000A behind its HL: taxonomy, 2010AA, pay-to address 2010AB and plan 2010AC."""
    provider = claim.billing_provider
    if provider.taxonomy_code:
        writer.add("PRV", "BI", "PXC", provider.taxonomy_code)
    _billing_name(writer, provider, shape)
    writer.add("REF", provider.tin_kind, provider.tin.replace("-", ""))
    at_home = tuple(one for one in provider.other_ids if one.qualifier not in AT_PAYER)
    if at_home:
        write_ids(writer, at_home, shape)
    if provider.phone:
        write_contact(writer, provider)
    if claim.pay_to_address is not None:
        writer.add("NM1", "87", "1" if provider.first_name else "2")
        writer.address(claim.pay_to_address)
    if claim.pay_to_plan is not None:
        _pay_to_plan(writer, claim.pay_to_plan)


def _billing_name(writer: SegmentWriter, provider: Provider, shape: ProviderLoop) -> None:
    first = provider.first_name
    writer.party(
        "85", provider.last_or_organization_name, first, provider.middle_name, provider.suffix,
        "XX", provider.npi, person=bool(first) and shape.entity != "2",
    )  # fmt: skip
    if provider.address is None:
        raise ValueMissing("N301", "is missing: the billing provider needs a street address (loop 2010AA)")
    if len(provider.address.postal_code.replace("-", "")) != 9:
        raise ValueMissing("N403", "must be a 9-digit ZIP code for the billing provider (loop 2010AA)")
    writer.address(provider.address)
    needs(provider.tin, "REF02", "the billing provider's tax number (loop 2010AA)")
    if provider.tin_kind not in ("EI", "SY"):
        raise CannotWrite("REF01", "names no kind of tax number (EI or SY) for the billing provider")


def _pay_to_plan(writer: SegmentWriter, plan: PayToPlan) -> None:
    writer.party("PE", plan.name, qualifier="PI", identifier=plan.plan_id)
    writer.address(plan.address)
    if len(plan.other_ids) > 1:
        raise CannotWrite("REF01", "stands too often: a pay-to plan has one number beside its tax number")
    write_references(writer, plan.other_ids, _PLAN_IDS)
    needs(plan.tin, "REF02", "the pay-to plan's tax number (loop 2010AC)")
    writer.add("REF", "EI", plan.tin.replace("-", ""))


def write_subscriber(writer: SegmentWriter, claim: Claim, coverage: Coverage) -> None:
    """Write loop 2000B behind its HL: SBR, PAT, 2010BA and 2010BB."""
    is_self = coverage.relationship_code == SELF
    subscriber = coverage.subscriber
    writer.add(
        "SBR", coverage.responsibility.value, SELF if is_self else "", coverage.group_number,
        coverage.group_name, coverage.medicare_secondary_reason, "", "", "", coverage.claim_filing_indicator,
    )  # fmt: skip
    if is_self:
        _patient_facts(writer, claim, "")
    write_insured(writer, coverage)
    _demographics(writer, subscriber, claim.patient if is_self else subscriber, is_self)
    if coverage.subscriber_ids:
        write_references(writer, coverage.subscriber_ids, _SUBSCRIBER_IDS)
    _payer(writer, claim.billing_provider, coverage)


def write_insured(writer: SegmentWriter, coverage: Coverage) -> None:
    """Write the NM1*IL; a subscriber who is not the patient and has no first name is an organisation."""
    subscriber = coverage.subscriber
    person = bool(subscriber.first_name) or coverage.relationship_code == SELF
    writer.party("IL", *_names(subscriber), "MI", coverage.member_id, person=person)


def _payer(writer: SegmentWriter, provider: Provider, coverage: Coverage) -> None:
    needs(coverage.payer_id, "NM109", "the payer's identifier (loop 2010BB)")
    writer.party("PR", coverage.payer_name, qualifier="PI", identifier=coverage.payer_id)
    if coverage.payer_address is not None:
        writer.address(coverage.payer_address)
    if coverage.payer_ids:
        write_references(writer, coverage.payer_ids[:_MOST_PAYER_IDS], _PAYER_IDS)
    if provider.other_ids:
        for one in provider.other_ids:
            if one.qualifier in AT_PAYER:
                writer.add("REF", one.qualifier, one.value)


def write_patient(writer: SegmentWriter, claim: Claim, coverage: Coverage) -> None:
    """Write loop 2000C behind its HL, for a patient who is not the subscriber."""
    _patient_facts(writer, claim, coverage.relationship_code)
    writer.party("QC", *_names(claim.patient), person=True)
    _demographics(writer, claim.patient, claim.patient, True)
    if claim.patient_ids:
        write_references(writer, claim.patient_ids, _PATIENT_IDS)


def _patient_facts(writer: SegmentWriter, claim: Claim, relationship: str) -> None:
    died, weight = claim.patient_death_date, claim.patient_weight_pounds
    elements = (
        *(("D8", day_text(died)) if died is not None else ("", "")),
        *(("01", quantity_text(weight)) if weight is not None else ("", "")),
        "Y" if claim.patient_is_pregnant else "",
    )
    if relationship or any(elements):
        writer.add("PAT", relationship, "", "", "", *elements)


def _names(person: Person) -> tuple[str, str, str, str]:
    return person.last_name, person.first_name, person.middle_name, person.suffix


def _demographics(writer: SegmentWriter, person: Person, patient: Person, is_patient: bool) -> None:
    address = person.address or patient.address
    if address is not None:
        writer.address(address)
    elif is_patient:
        raise ValueMissing("N301", "is missing: the patient's street address")
    if person.birth_date != NOT_STATED:
        writer.add("DMG", "D8", day_text(person.birth_date), person.sex)
