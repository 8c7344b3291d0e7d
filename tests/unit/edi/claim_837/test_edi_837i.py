"""Institutional claims (837I): what is written reads back equal; what has no place in the guide is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revcycle.domain.claims.claim import Claim, ClaimFrequency, NamedProvider
from revcycle.domain.claims.claim_details import DatedEvent, Note, ProviderRole, Reference, RelatedCauses
from revcycle.domain.claims.institutional import ExternalCause, Occurrence, Procedure, ValueAmount
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.edi.claim_837.x12_837 import ClaimToSend, read_claims, refusal, write_claims
from revcycle.edi.wire.errors import CannotWrite
from tests.support.edi.edi_facts import ENVELOPE, RECEIVER, SUBMITTER
from tests.support.edi.institutional_facts import SIMPLE, claims_to_send, realistic

DAY = date(2025, 3, 4)


def written(claim: Claim) -> bytes:
    return write_claims(ENVELOPE, SUBMITTER, RECEIVER, [ClaimToSend(claim, Responsibility.PRIMARY)])


def lines_of(data: bytes, name: str) -> list[str]:
    return [line for line in data.decode().replace("\n", "").split("~") if line.startswith(name + "*")]


def with_stay(**changes: object) -> Claim:
    assert SIMPLE.stay is not None
    return replace(SIMPLE, stay=replace(SIMPLE.stay, **changes))  # type: ignore[arg-type]  # any field of Stay


def with_line(**changes: object) -> Claim:
    return replace(SIMPLE, lines=(replace(SIMPLE.lines[0], **changes),))  # type: ignore[arg-type]  # any field


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(sends=st.lists(claims_to_send(), min_size=1, max_size=2))
def test_what_is_written_reads_back_equal(sends: list[ClaimToSend]) -> None:
    file = read_claims(write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends))
    assert (file.quarantined, file.findings) == ((), ())
    read = [ClaimToSend(one.claim, one.responsibility, one.prior_payments) for one in file.claims]
    assert [one.claim for one in read] == [one.claim for one in sends]
    assert [one.responsibility for one in read] == [one.responsibility for one in sends]
    assert [one.prior_payments for one in read] == [one.prior_payments for one in sends]


def test_realistic_claims_read_back_equal() -> None:
    sends = list(realistic(200))
    file = read_claims(write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends))
    assert (file.quarantined, file.findings) == ((), ())
    assert [read.claim for read in file.claims] == [sent.claim for sent in sends]


@pytest.mark.parametrize("frequency", list(ClaimFrequency))
def test_interim_bills_late_charges_replacements_and_voids_keep_their_frequency(
    frequency: ClaimFrequency,
) -> None:
    claim = replace(SIMPLE, claim_frequency=frequency)
    if frequency is not ClaimFrequency.ORIGINAL:
        claim = replace(claim, payer_claim_control_number="ICN1")
    data = written(claim)
    assert lines_of(data, "CLM")[0].split("*")[5] == f"13:A:{frequency.value}"
    assert read_claims(data).claims[0].claim == claim


def test_a_replacement_without_the_payers_number_is_refused() -> None:
    found = refusal(
        ClaimToSend(replace(SIMPLE, claim_frequency=ClaimFrequency.REPLACEMENT), Responsibility.PRIMARY)
    )
    assert found is not None
    assert found.code == "837i.cannot_write"


def test_codes_stand_in_the_guides_order_twelve_to_a_segment() -> None:
    claim = replace(
        with_stay(
            admitting_diagnosis="R0602",
            reasons_for_visit=("R079",),
            external_causes=(ExternalCause("W010XXA", "Y"),),
            drg="194",
            procedures=tuple(Procedure("0BH17EZ", DAY) for _ in range(14)),
            occurrences=(Occurrence("70", DAY, DAY), Occurrence("11", DAY)),
            values=(ValueAmount("80", 300),),
            condition_codes=("09",),
            treatment_codes=("A02",),
        ),
        diagnosis_codes=("J18.9", *["I10"] * 24),
    )
    segments = lines_of(written(claim), "HI")
    first = [segment.split("*")[1].split(":")[0] for segment in segments]
    assert first == [
        "ABK", "ABJ", "APR", "ABN", "DR", "ABF", "ABF", "BBR", "BBQ", "BBQ", "BI", "BH", "BE", "BG", "TC",
    ]  # fmt: skip
    assert segments[0] == "HI*ABK:J189"
    assert segments[3] == "HI*ABN:W010XXA:::::::Y"
    assert segments[10] == "HI*BI:70:RD8:20250304-20250304"
    assert segments[12] == "HI*BE:80:::3"
    assert max(segment.count("*") for segment in segments) == 12


def test_an_inpatient_line_on_the_first_day_has_no_date_of_its_own_and_reads_back_with_it() -> None:
    assert SIMPLE.stay is not None
    claim = with_stay(facility_type="11")
    data = written(claim)
    assert not [line for line in lines_of(data, "DTP") if line.startswith("DTP*472")]
    assert read_claims(data).claims[0].claim == claim
    assert "DTP*472*D8*20250303" in lines_of(written(SIMPLE), "DTP")


def test_a_claim_carries_999_lines_and_no_more() -> None:
    line = SIMPLE.lines[0]
    many = [replace(line, line_number=n, line_item_control_number=f"L{n}") for n in range(1, 1001)]
    claim = replace(SIMPLE, lines=tuple(many[:999]), charge_cents=999 * line.charge_cents)
    assert read_claims(written(claim)).claims[0].claim == claim
    with pytest.raises(CannotWrite, match="1 to 999 lines"):
        written(replace(claim, lines=tuple(many)))


BILLING = SIMPLE.billing_provider
ATTENDING = next(named for named in SIMPLE.providers if named.role is ProviderRole.ATTENDING)
REFUSED: dict[str, Callable[[], Claim]] = {
    "statement dates": lambda: replace(SIMPLE, stay=None),
    "statement dates (": lambda: with_stay(statement_from=date.min),
    "ends before it begins": lambda: with_stay(statement_to=date(2025, 3, 2)),
    "at most 24 diagnoses": lambda: replace(SIMPLE, diagnosis_codes=("I10",) * 26),
    "principal diagnosis": lambda: replace(SIMPLE, diagnosis_codes=()),
    "for every diagnosis": lambda: with_stay(present_on_admission=("Y", "Y", "Y")),
    "none of Y, N, U and W": lambda: with_stay(external_causes=(ExternalCause("W010XXA", "1"),)),
    "at most 3 reasons": lambda: with_stay(reasons_for_visit=("R079",) * 4),
    "at most 12 external causes": lambda: with_stay(external_causes=(ExternalCause("W010XXA"),) * 13),
    "at most 24 procedures": lambda: with_stay(procedures=(Procedure("0BH17EZ", DAY),) * 26),
    "the day of a procedure": lambda: with_stay(procedures=(Procedure("0BH17EZ", None),)),
    "at most 24 occurrence spans": lambda: with_stay(occurrences=(Occurrence("70", DAY, DAY),) * 25),
    "an occurrence span": lambda: with_stay(occurrences=(Occurrence("70", DAY, DAY - timedelta(1)),)),
    "at most 24 occurrences": lambda: with_stay(occurrences=(Occurrence("11", DAY),) * 25),
    "at most 24 value codes": lambda: with_stay(values=(ValueAmount("80", 100),) * 25),
    "at most 24 condition codes": lambda: with_stay(condition_codes=("09",) * 25),
    "at most 24 treatment codes": lambda: with_stay(treatment_codes=("A02",) * 25),
    "a code among": lambda: with_stay(condition_codes=("",)),
    "type of bill": lambda: with_stay(facility_type="131"),
    "patient's status": lambda: with_stay(patient_status=""),
    "discharge hour": lambda: with_stay(discharge_time="2500"),
    "hour of admission": lambda: with_stay(admission_date=DAY, admission_time="9"),
    "the day that goes with": lambda: with_stay(admission_time="0900"),
    "at most 10 claim notes": lambda: replace(SIMPLE, notes=(Note("MED", "X"),) * 11),
    "a code that this guide does not have": lambda: replace(SIMPLE, notes=(Note("CER", "X"),)),
    "a place of service": lambda: replace(SIMPLE, place_of_service="11"),
    "occurrence codes 01 to 05": lambda: replace(SIMPLE, related_causes=RelatedCauses(("AA",))),
    "value code FC": lambda: replace(SIMPLE, patient_paid_cents=100),
    "two providers": lambda: replace(SIMPLE, providers=(ATTENDING, ATTENDING)),
    "a part that this guide": lambda: replace(
        SIMPLE, providers=(NamedProvider(ProviderRole.SUPERVISING, ATTENDING.provider),)
    ),
    "must be an organisation": lambda: replace(SIMPLE, billing_provider=replace(BILLING, first_name="ANNA")),
    "must be an EIN": lambda: replace(SIMPLE, billing_provider=replace(BILLING, tin_kind="SY")),
    "one number at the payer": lambda: replace(
        SIMPLE, billing_provider=replace(BILLING, other_ids=(Reference("G2", "1"), Reference("LU", "2")))
    ),
    "a revenue code": lambda: with_line(revenue_code=""),
    "neither days": lambda: with_line(unit="MJ"),
    "at most 4 modifiers": lambda: with_line(procedure_code="85025", modifiers=("25",) * 5),
    "need their procedure code": lambda: with_line(procedure_code="", modifiers=("25",)),
    "pointers to diagnoses": lambda: with_line(diagnosis_pointers=(1,)),
    "dates beside": lambda: with_line(dates=(DatedEvent("607", DAY),)),
    "(date of service": lambda: with_line(service_date_to=date(2025, 3, 1)),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_the_guide_has_no_place_for_is_refused_in_plain_words(words: str) -> None:
    claim = REFUSED[words]()
    found = refusal(ClaimToSend(claim, Responsibility.PRIMARY))
    assert found is not None
    assert words in found.message
    with pytest.raises(CannotWrite) as refused:
        written(claim)
    assert refused.value.claim_index == 0
