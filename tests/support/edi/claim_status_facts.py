"""Inquiries and answers that the readers and writers of 276 and 277 must carry whole, for hypothesis."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from revcycle.domain.claims.benefit import BenefitEntity, PlanReference
from revcycle.domain.claims.claim_status import (
    LineStatus,
    ServiceAsked,
    StatusAnswer,
    StatusCode,
    StatusInquiry,
    StatusLevel,
    StatusReport,
)
from revcycle.edi.claim_status_276_277.read_277 import with_latest
from tests.support.edi.edi_facts import NPI, PAYER, cents, codes, days, texts
from tests.support.edi.eligibility_facts import contacts, few, maybe

no_day = st.one_of(st.none(), days)
bill_types = st.sampled_from(["", "131"])
references = st.builds(PlanReference, st.sampled_from(["XZ", "D9", "VV"]), codes(20))
services = st.builds(
    ServiceAsked,
    st.sampled_from(["HC", "AD", "NU"]),
    codes(5),
    cents,
    st.lists(st.sampled_from(["25", "59"]), unique=True, max_size=2).map(tuple),
    st.sampled_from(["", "0450"]),
    st.one_of(st.none(), st.integers(1, 999).map(Decimal)),
    st.one_of(st.just(""), codes(20)),
    no_day,
)
subscribers = st.builds(
    StatusInquiry,
    codes(10),
    texts(30),
    st.just(NPI),
    texts(30),
    codes(20),
    codes(15),
    texts(30),
    texts(20),
    days,
    st.sampled_from(["F", "M", "U"]),
    cents,
    days,
    codes(20),
    st.one_of(st.just(""), codes(20)),
    bill_type=bill_types,
    references=few(references),
    services=few(services),
    provider_first_name=maybe,
    provider_id_kind=st.sampled_from(["XX", "FI"]),
)
dependents = st.builds(
    lambda inquiry, last, first, born, sex: replace(
        inquiry,
        dependent_last_name=last,
        dependent_first_name=first,
        dependent_birth_date=born,
        dependent_sex=sex,
    ),
    subscribers,
    texts(30),
    texts(20),
    no_day,
    st.sampled_from(["", "F"]),
)
inquiries = st.one_of(subscribers, dependents)
categories = st.sampled_from(["A4", "P1", "F1", "F2", "D0", "R3", "E1"])
status_codes = st.builds(
    StatusCode, categories, st.sampled_from(["3", "65", "35"]), st.sampled_from(["", "IL", "PR"])
)
reports = st.builds(
    StatusReport,
    codes=st.lists(status_codes, min_size=1, max_size=3).map(tuple),
    effective_date=days,
    action=st.sampled_from(["", "WQ"]),
    charge_cents=st.one_of(st.none(), cents),
    payment_cents=st.one_of(st.none(), st.integers(0, 1_000_000)),
    finalized_on=no_day,
    payment_method=st.sampled_from(["", "ACH", "CHK"]),
    remittance_on=no_day,
    remittance_trace=st.one_of(st.just(""), codes(20)),
    message=maybe,
)
lines = st.builds(LineStatus, services, st.one_of(st.none(), st.integers(0, 1_000_000)), few(reports))
patients = st.builds(BenefitEntity, st.just("QC"), texts(30), texts(20), person=st.just(True))


@st.composite
def answers(draw: st.DrawFn) -> StatusAnswer:
    """A whole answer about one claim; its short fields are those of its latest report."""
    return with_latest(
        StatusAnswer(
            trace_number=draw(codes(20)),
            category_code="",
            status_code="",
            payer_claim_control_number=draw(st.one_of(st.just(""), codes(20))),
            level=StatusLevel.CLAIM,
            reports=draw(st.lists(reports, min_size=1, max_size=3).map(tuple)),
            lines=draw(few(lines)),
            patient_control_number=draw(codes(20)),
            bill_type=draw(bill_types),
            references=draw(few(references)),
            service_date=draw(days),
            payer_id=PAYER.identifier,
            payer_name=PAYER.name,
            payer_contacts=draw(few(contacts, 1)),
            provider_npi=NPI,
            member_id=draw(codes(15)),
            last_name=draw(texts(30)),
            first_name=draw(texts(20)),
            dependent=draw(st.one_of(st.none(), patients)),
        )
    )
