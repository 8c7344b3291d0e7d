"""Boxes of the paper forms: from any claim they are either filled so that they add up, or refused in plain words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from revcycle.domain.claims.claim import Claim, ClaimFrequency, ClaimKind, NamedProvider, Provider
from revcycle.domain.claims.claim_details import DatedEvent, Note, ProviderRole, Reference
from revcycle.domain.claims.institutional import Occurrence
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Person
from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.forms.claim_forms import refusal
from revcycle.forms.cms1500 import cms1500
from revcycle.forms.left_out import left_out
from revcycle.forms.ub04 import ub04
from revcycle.forms.values import FormRefused
from tests.support.claims.form_claims import ON, PRIMARY, SECONDARY, institutional, professional, secondary
from tests.support.edi import edi_facts, institutional_facts, professional_facts

CALM = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def short(sent: ClaimToSend) -> ClaimToSend:
    """The claim with names and numbers that fit every box."""
    claim = sent.claim

    def person(whole: Person) -> Person:
        address = whole.address and replace(whole.address, line1="1 ELM ST", line2="", city="NEW YORK")
        return replace(whole, last_name=whole.last_name[:8], first_name=whole.first_name[:6], address=address)

    coverages = tuple(
        replace(one, payer_name=one.payer_name[:20].strip() or "P", subscriber=person(one.subscriber))
        for one in claim.coverages
    )
    billing = replace(
        claim.billing_provider,
        last_or_organization_name="GOOD CLINIC",
        first_name="",
        address=person(claim.patient).address,
    )
    whole = replace(
        claim,
        patient_control_number=claim.patient_control_number[:14],
        patient=person(claim.patient),
        coverages=coverages,
        billing_provider=billing,
        rendering_provider=None,
        payer_claim_control_number=claim.payer_claim_control_number[:18],
    )
    return replace(sent, claim=whole)


@CALM
@given(edi_facts.claims_to_send())
def test_a_professional_claim_adds_up_on_its_pages(sent: ClaimToSend) -> None:
    claim = short(sent).claim
    pages = cms1500(short(sent), ON)
    assert sum(row.charge.cents for page in pages for row in page.rows) == claim.charge_cents
    assert pages[-1].total is not None
    assert pages[-1].total.cents == claim.charge_cents
    assert [page.total for page in pages[:-1]] == [None] * (len(pages) - 1)
    paid = claim.patient_paid_cents + sum(one.payment.payment_cents for one in sent.prior_payments)
    assert pages[-1].paid is not None
    assert pages[-1].paid.cents == paid


def _told_or_refused(sent: ClaimToSend, form: Any) -> None:
    if told := refusal(sent, ON):
        with pytest.raises(FormRefused) as refused:
            form(sent, ON)
        assert (str(refused.value), bool(refused.value.box)) == (told, True)
        return
    pages = form(sent, ON)
    assert [page.page for page in pages] == list(range(1, len(pages) + 1))


def test_a_refusal_names_the_box_and_nobody() -> None:
    name = "ZQXJKVWY" * 5
    for sent in (professional(), institutional()):
        named = replace(sent.claim, patient=replace(sent.claim.patient, last_name=name))
        told = refusal(replace(sent, claim=named), ON)
        assert told
        assert name not in told


@CALM
@given(professional_facts.full_claims_to_send())
def test_any_professional_claim_is_told_or_refused(sent: ClaimToSend) -> None:
    _told_or_refused(sent, cms1500)
    _told_or_refused(short(sent), cms1500)


@CALM
@given(institutional_facts.claims_to_send())
def test_any_institutional_claim_is_told_or_refused(sent: ClaimToSend) -> None:
    _told_or_refused(sent, ub04)
    _told_or_refused(short(sent), ub04)


def test_eight_services_take_two_pages_and_the_second_has_the_total() -> None:
    first, second = cms1500(professional(), ON)
    assert (len(first.rows), len(second.rows)) == (6, 2)
    assert (first.total, first.paid) == (None, None)
    assert second.total is not None
    assert (second.total.dollars, second.total.part) == ("2845", "16")
    assert second.paid is not None
    assert second.paid.cents == 2_500
    assert (first.resubmission_code, first.original_reference) == ("7", "ICN20260311007")
    assert (first.source_qualifier, first.source_id_qualifier) == ("DN", "0B")
    assert first.rows[1].supplement == ("N400409379501 ML1.5",)
    assert first.rows[2].supplement == ("7TIME 95 MINUTES",)
    assert (first.program, first.relationship, first.another_plan) == ("group", "spouse", "yes")


def test_the_second_payer_hears_of_the_first_and_of_what_it_paid() -> None:
    page = cms1500(secondary(), ON)[-1]
    assert page.other_insured is not None
    assert (page.other_insured.name, page.other_insured.plan) == ("DELGADO JR, JOAQUIN", "GOOD HEALTH PLAN")
    assert page.paid is not None
    assert page.paid.cents == 102_500


def _professional(**changes: Any) -> ClaimToSend:
    sent = professional()
    return replace(sent, claim=replace(sent.claim, **changes))


def _with(role: ProviderRole, name: str) -> NamedProvider:
    return NamedProvider(role, Provider(name, "1234567893", "A"))


@pytest.mark.parametrize(
    ("changes", "box"),
    [
        ({"patient_control_number": "C00000000000001"}, "box 26"),
        ({"notes": (Note("ADD", "X" * 72),)}, "box 19"),
        ({"references": (Reference("9F", "REF1"),)}, "box 23"),
        ({"dates": (DatedEvent("431", ON), DatedEvent("484", ON))}, "box 14"),
        ({"dates": (DatedEvent("454", ON), DatedEvent("304", ON))}, "box 15"),
        ({"diagnosis_codes": ("E119",) * 13}, "box 21"),
        ({"charge_cents": 1}, "box 28"),
        ({"providers": (_with(ProviderRole.PURCHASED_SERVICE, "LAB"),)}, "box 20"),
        (
            {"coverages": (PRIMARY, SECONDARY, replace(SECONDARY, responsibility=Responsibility.TERTIARY))},
            "box 9",
        ),
    ],
)
def test_what_has_no_room_is_refused_with_the_box(changes: dict[str, Any], box: str) -> None:
    with pytest.raises(FormRefused) as refused:
        cms1500(_professional(**changes), ON)
    assert refused.value.box == box
    assert refusal(_professional(**changes), ON) == str(refused.value)


@pytest.mark.parametrize(
    ("indicator", "group", "program"),
    [
        ("MB", "", "medicare"),
        ("MC", "", "medicaid"),
        ("CH", "", "tricare"),
        ("VA", "", "champva"),
        ("CI", "", "other"),
    ],
)
def test_the_program_follows_the_filing_indicator(indicator: str, group: str, program: str) -> None:
    coverage = replace(PRIMARY, claim_filing_indicator=indicator, group_number=group, group_name="")
    page = cms1500(_professional(coverages=(coverage,)), ON)[0]
    assert page.program == program
    assert page.group_number == ("NONE" if indicator == "MB" else "")


def test_an_original_claim_has_no_resubmission_code() -> None:
    page = cms1500(_professional(claim_frequency=ClaimFrequency.ORIGINAL), ON)[0]
    assert (page.resubmission_code, page.original_reference) == ("", "")


def test_a_stay_fills_the_form_locators() -> None:
    first, last = ub04(institutional(), ON)
    assert (len(first.lines), len(last.lines), first.total) == (22, 3, None)
    assert last.total is not None
    assert last.total.cents == institutional().claim.charge_cents
    assert last.non_covered is not None
    assert last.non_covered.cents == 1_250
    assert (first.bill_type, first.tax_id, first.record_number) == ("0111", "04-2103580", "MR-77120")
    assert [one.present for one in first.diagnoses] == ["Y", "Y", "N", "W"]
    assert [payer.name for payer in first.payers] == ["MEDICARE A", "SECOND MUTUAL"]
    assert first.lines[1].description == "N400002751001ML2.5"
    assert first.remarks[0] == "SECOND ADMISSION"


def test_more_codes_than_the_ub_04_has_room_for_are_refused() -> None:
    sent = institutional()
    assert sent.claim.stay is not None
    many = replace(sent.claim.stay, occurrences=(Occurrence("11", date(2025, 1, 1)),) * 9)
    with pytest.raises(FormRefused, match="FL31-34 has room for 8 occurrence codes, the claim has 9"):
        ub04(replace(sent, claim=replace(sent.claim, stay=many)), ON)


def test_a_dental_claim_is_refused_in_plain_words() -> None:
    claim: Claim = replace(professional().claim, kind=ClaimKind.DENTAL)
    assert "no dental claims" in refusal(ClaimToSend(claim, Responsibility.PRIMARY), ON)


def test_amounts_below_zero_and_long_units_are_refused() -> None:
    line = replace(professional().claim.lines[0], charge_cents=-100)
    with pytest.raises(FormRefused, match="below zero"):
        cms1500(_professional(lines=(line,), charge_cents=-100), ON)
    long = replace(professional().claim.lines[0], units=Decimal("12.125"))
    with pytest.raises(FormRefused, match="box 24G"):
        cms1500(_professional(lines=(long,), charge_cents=long.charge_cents), ON)


def test_what_the_form_has_no_box_for_is_named() -> None:
    assert left_out(professional()) == ()
    assert left_out(secondary()) == ("what earlier payers adjusted (CAS): enclose their remittance",)
    told = left_out(_professional(delay_reason_code="7", dates=(DatedEvent("296", ON),)))
    assert told == ("reason for the delay (CLM20)", "days beside those of items 14 to 18 (DTP)")
    assert left_out(institutional()) == ()
