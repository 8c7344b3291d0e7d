"""Inquiries and answers that the readers and writers of 270 and 271 must carry whole, for hypothesis."""

from dataclasses import asdict, replace
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

from revcycle.domain.claims.benefit import (
    Benefit,
    BenefitEntity,
    Contact,
    Delivery,
    PlanDate,
    PlanReference,
    Procedure,
    RejectedAt,
    Rejection,
    Trace,
)
from revcycle.domain.claims.eligibility import Dependent, EligibilityAnswer, EligibilityInquiry
from revcycle.edi.eligibility_270_271.short_answer import short_answer
from tests.support.edi.edi_facts import NPI, PAYER, TAXONOMY, addresses, codes, days, texts

T = TypeVar("T")
SERVICE_TYPES = ["30", "98", "UC", "88", "AL"]
maybe = st.one_of(st.just(""), texts(20))
amounts = st.one_of(st.none(), st.integers(0, 1_000_000))
shares = st.one_of(st.none(), st.integers(0, 10_000).map(lambda share: Decimal(share) / 100))
quantities = st.one_of(st.none(), st.integers(1, 9_999).map(Decimal))
service_types = st.lists(st.sampled_from(SERVICE_TYPES), unique=True, max_size=4).map(tuple)
procedures = st.builds(
    Procedure,
    st.sampled_from(["HC", "AD"]),
    codes(5),
    st.lists(st.sampled_from(["25", "59"]), unique=True, max_size=2).map(tuple),
)
references = st.builds(PlanReference, st.sampled_from(["18", "6P", "1L", "IG"]), codes(20), maybe)
spans = st.tuples(days, days).filter(lambda span: span[0] < span[1])
dates = st.one_of(
    st.builds(PlanDate, st.sampled_from(["346", "347", "307"]), days),
    spans.map(lambda span: PlanDate("291", *span)),
)
contacts = st.builds(
    Contact,
    maybe,
    st.lists(st.tuples(st.sampled_from(["TE", "FX", "UR"]), codes(12)), min_size=1, max_size=3).map(tuple),
)
entities = st.builds(
    BenefitEntity,
    role=st.sampled_from(["PR", "PRP", "SEP", "P3", "IL"]),
    name=texts(30),
    first_name=maybe,
    person=st.booleans(),
    identifier_kind=st.just("PI"),
    identifier=codes(10),
    address=st.one_of(st.none(), addresses),
    contacts=st.lists(contacts, max_size=1).map(tuple),
    provider_code=st.sampled_from(["", "PC"]),
).map(lambda entity: replace(entity, specialty=TAXONOMY if entity.provider_code else ""))
deliveries = st.builds(
    Delivery,
    quantity_kind=st.just("VS"),
    quantity=quantities,
    unit=st.sampled_from(["", "WK"]),
    period=st.sampled_from(["", "23", "29"]),
    periods=quantities,
).filter(lambda delivery: delivery.quantity is not None)


def rejections(at: RejectedAt) -> st.SearchStrategy[Rejection]:
    """AAA of one loop."""
    kinds = (st.sampled_from(["42", "71", "72", "75"]), st.sampled_from("CNPRSWXY"))
    return st.builds(Rejection, *kinds, st.just(at), st.booleans())


def few(strategy: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    """A tuple of at most so many."""
    return st.lists(strategy, max_size=most).map(tuple)


benefits = st.builds(
    Benefit,
    kind=st.sampled_from(["1", "6", "A", "B", "C", "F", "G", "I", "R", "V", "CB"]),
    service_types=service_types,
    coverage_level=st.sampled_from(["", "IND", "FAM"]),
    insurance_type=st.sampled_from(["", "C1", "HM"]),
    plan_description=maybe,
    period=st.sampled_from(["", "23", "29", "27"]),
    amount_cents=amounts,
    percent=shares,
    quantity_kind=st.sampled_from(["", "VS"]),
    quantity=quantities,
    authorization=st.sampled_from(["", "Y", "N", "U"]),
    in_network=st.sampled_from(["", "Y", "N", "W"]),
    procedure=st.one_of(st.none(), procedures),
    deliveries=few(deliveries, 1),
    references=few(references, 1),
    dates=few(dates, 1),
    rejections=few(rejections(RejectedAt.BENEFIT), 1),
    messages=few(texts(60)),
    places=few(st.sampled_from(["11", "22"]), 1),
    limits=few(st.tuples(st.just("BK"), codes(5)), 1),
    entities=few(entities, 1),
)
subscribers = st.builds(
    EligibilityInquiry,
    codes(10),
    texts(30),
    st.just(NPI),
    texts(30),
    codes(15),
    texts(30),
    texts(20),
    days,
    days,
    codes(20),
    service_types=service_types.filter(bool),
    sex=st.sampled_from(["", "F", "M"]),
    group_number=st.one_of(st.just(""), codes(12)),
    procedure=st.one_of(st.none(), procedures),
    provider_first_name=maybe,
    provider_taxonomy=st.sampled_from(["", TAXONOMY]),
    middle_name=maybe,
    address=st.one_of(st.none(), addresses),
    references=st.lists(references.filter(lambda r: r.qualifier != "6P"), max_size=2).map(tuple),
    coverage_level=st.sampled_from(["", "FAM"]),
)
dependents = st.builds(
    lambda inquiry, last, first, born, sex, related: replace(
        inquiry,
        dependent_last_name=last,
        dependent_first_name=first,
        dependent_birth_date=born,
        dependent_sex=sex,
        relationship_code=related,
    ),
    subscribers,
    texts(30),
    texts(20),
    st.one_of(st.none(), days),
    st.sampled_from(["", "F", "M"]),
    st.sampled_from(["", "01", "19"]),
)
inquiries = st.one_of(subscribers, dependents)
people = st.builds(
    Dependent,
    texts(30),
    texts(20),
    maybe,
    st.sampled_from(["", "JR"]),
    st.one_of(st.none(), days),
    st.sampled_from(["", "F", "M"]),
    st.one_of(st.none(), addresses),
    st.sampled_from(["01", "19"]),
    st.booleans(),
    few(references, 1),
)


@st.composite
def answers(draw: st.DrawFn) -> EligibilityAnswer:
    """A whole answer; its short fields are those its benefits and rejections mean."""
    dependent = draw(st.one_of(st.none(), people))
    at = RejectedAt.SUBSCRIBER if dependent is None else RejectedAt.DEPENDENT
    stated = draw(st.lists(benefits, min_size=1, max_size=4).map(tuple))
    refused = draw(few(rejections(at)))
    related = draw(st.sampled_from(["", "18"]))
    return EligibilityAnswer(
        trace_number=draw(codes(20)),
        benefits=stated,
        rejections=refused,
        payer_id=PAYER.identifier,
        payer_name=PAYER.name,
        payer_contacts=draw(few(contacts, 1)),
        member_id=draw(codes(15)),
        last_name=draw(texts(30)),
        first_name=draw(texts(20)),
        middle_name=draw(maybe),
        suffix=draw(st.sampled_from(["", "JR"])),
        birth_date=draw(days),
        sex=draw(st.sampled_from(["", "F", "M"])),
        address=draw(st.one_of(st.none(), addresses)),
        relationship_code=related,
        corrected=bool(related) and draw(st.booleans()),
        dependent=dependent,
        references=draw(few(references)),
        dates=draw(st.lists(dates, min_size=1, max_size=2).map(tuple)),
        other_traces=draw(few(st.builds(Trace, codes(20), codes(10), maybe), 1)),
        provider=BenefitEntity("1P", draw(texts(30)), identifier_kind="XX", identifier=NPI),
        **asdict(short_answer(stated, refused)),
    )
