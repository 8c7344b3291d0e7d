"""Requests for prior authorization and their answers, for hypothesis; and plausible ones by number."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from revcycle.domain.claims.authorization import (
    AuthorizationAnswer,
    AuthorizationRequest,
    Certification,
    CertificationType,
    RequestedService,
    Review,
    ReviewCategory,
    ReviewDecision,
    ReviewLevel,
    ReviewProvider,
    ReviewRejection,
    ReviewRole,
    ServiceDecision,
)
from revcycle.domain.claims.benefit import Delivery
from revcycle.domain.claims.claim import Provider
from revcycle.domain.claims.claim_details import Attachment, DatedEvent, Reference, RelatedCauses
from revcycle.domain.claims.dental import DentalService, Tooth
from revcycle.domain.person import Address, Person
from tests.support.edi.edi_facts import NPI, TAXONOMY, addresses, codes, people, texts

service_days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
maybe_days = st.one_of(st.none(), service_days)
amounts = st.integers(1, 500).map(lambda hundredths: Decimal(hundredths) / 4)


def either(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return texts of the strategy, or none."""
    return st.one_of(st.just(""), strategy)


@st.composite
def spans(draw: st.DrawFn) -> tuple[date | None, date | None]:
    """No day, a day, or a span of days."""
    first = draw(maybe_days)
    if first is None or draw(st.booleans()):
        return first, None
    return first, first + timedelta(draw(st.integers(1, 90)))


causes = st.builds(
    RelatedCauses,
    st.sampled_from([("AA",), ("EM", "AA"), ("OA",)]),
    st.sampled_from(["", "MA"]),
)
reviews = st.builds(
    Review,
    st.sampled_from(list(ReviewCategory)),
    st.sampled_from(list(CertificationType)),
    st.sampled_from(["", "1", "2", "56"]),
    st.sampled_from(["", "11", "21"]),
    urgency=st.sampled_from(["", "E", "U", "03"]),
    related_causes=st.one_of(st.none(), causes),
    release=st.sampled_from(["", "Y"]),
)
deliveries = st.builds(
    Delivery,
    quantity_kind=st.just("VS"),
    quantity=amounts,
    unit=st.sampled_from(["", "WK"]),
    sample=st.one_of(st.none(), amounts),
    period=st.just("34"),
    periods=st.one_of(st.none(), amounts),
)
papers = st.lists(
    st.builds(Attachment, st.sampled_from(["M1", "OZ"]), st.just("EL"), codes(20)), max_size=2
).map(tuple)
requesters = st.builds(
    Provider,
    texts(30),
    st.just(NPI),
    either(texts(20)),
    st.sampled_from(["", TAXONOMY]),
    st.sampled_from(["", "123456789"]),
    st.one_of(st.none(), addresses),
    st.sampled_from(["", "6175551212"]),
    tin_kind=st.just("EI"),
    other_ids=st.lists(st.builds(Reference, st.just("ZH"), codes(20)), max_size=1).map(tuple),
)
taking_part = st.lists(
    st.builds(ReviewProvider, st.sampled_from(list(ReviewRole)), requesters), max_size=2
).map(tuple)


@st.composite
def services(draw: st.DrawFn) -> RequestedService:
    """A medical, institutional or dental service, or one that only says how often."""
    first, last = draw(spans())
    kind = draw(st.sampled_from(["medical", "institutional", "dental", "uncoded"]))
    service = RequestedService(
        first=first,
        last=last,
        trace_number=draw(either(codes(20))),
        review=draw(st.one_of(st.none(), reviews)),
        delivery=draw(st.one_of(st.none(), deliveries)),
        attachments=draw(papers),
        message=draw(either(texts(50))),
        providers=draw(taking_part),
    )
    if kind == "uncoded":
        return service
    coded = replace(
        service,
        procedure_code=draw(st.sampled_from(["99213", "33510", "A0428"])),
        modifiers=tuple(draw(st.lists(st.sampled_from(["RT", "59", "25", "LT"]), unique=True))),
        units=draw(st.one_of(st.none(), amounts)),
        charge_cents=draw(st.integers(0, 900_000)),
    )
    if kind == "institutional":
        return replace(coded, revenue_code="0450")
    if kind == "dental":
        teeth = draw(st.lists(st.sampled_from([Tooth("5"), Tooth("14", ("M", "O"))]), max_size=2))
        dental = DentalService(tuple(teeth), draw(st.sampled_from([(), ("10", "20")])), "")
        cdt = replace(coded, procedure_code="D2750", procedure_qualifier="AD")
        return replace(cdt, dental=dental if dental != DentalService() else None)
    return coded


@st.composite
def requests(draw: st.DrawFn, most_services: int = 3) -> AuthorizationRequest:
    """A request for a subscriber or a dependent."""
    dependent = draw(st.booleans())
    qualifiers = draw(st.lists(st.sampled_from(["439", "ABC", "431", "AAH", "435", "096"]), unique=True))
    dates = []
    for qualifier in qualifiers:
        first = draw(service_days)
        dates.append(DatedEvent(qualifier, first, draw(st.sampled_from([None, first + timedelta(3)]))))
    return AuthorizationRequest(
        payer_id="PAY01",
        payer_name=draw(texts(30)),
        requester=draw(requesters),
        member_id=draw(codes(12)),
        subscriber=draw(people),
        trace_number=draw(codes(20)),
        review=draw(reviews),
        patient=draw(people) if dependent else None,
        relationship_code="19" if dependent else "",
        diagnosis_codes=tuple(draw(st.lists(st.sampled_from(["E119", "I10", "M1711"]), unique=True))),
        dates=tuple(dates),
        admission_type=draw(st.sampled_from(["", "2"])),
        admission_source=draw(st.sampled_from(["", "1"])),
        patient_status=draw(st.sampled_from(["", "30"])),
        previous_certification_number=draw(either(codes(20))),
        previous_reference=draw(either(codes(20))),
        delivery=draw(st.one_of(st.none(), deliveries)),
        attachments=draw(papers),
        message=draw(either(texts(60))),
        providers=draw(taking_part),
        services=tuple(draw(st.lists(services(), max_size=most_services))),
    )


@st.composite
def certifications(draw: st.DrawFn) -> Certification:
    """Any decision, with reasons and dates or without."""
    begin, end = draw(spans())
    return Certification(
        draw(st.sampled_from(list(ReviewDecision))),
        draw(either(codes(20))),
        tuple(draw(st.lists(st.sampled_from(["0V", "36", "0B"]), unique=True))),
        draw(either(codes(20))),
        draw(maybe_days),
        draw(maybe_days),
        begin,
        end,
    )


def refusals(*levels: ReviewLevel) -> st.SearchStrategy[tuple[ReviewRejection, ...]]:
    """Refusals at these levels, from the top down."""
    refusal = st.builds(
        ReviewRejection,
        st.sampled_from(levels),
        st.sampled_from(["33", "72", "T4"]),
        st.sampled_from(["C", "N"]),
        st.booleans(),
    )
    return st.lists(refusal, max_size=2).map(
        lambda found: tuple(sorted(found, key=lambda r: levels.index(r.level)))
    )


@st.composite
def answers(draw: st.DrawFn) -> AuthorizationAnswer:
    """An answer to the event and its services, or a refusal above the event."""
    asked = draw(requests(most_services=2))
    above = [ReviewLevel.PAYER, ReviewLevel.REQUESTER, ReviewLevel.SUBSCRIBER]
    above += [ReviewLevel.DEPENDENT] if asked.patient is not None else []
    if draw(st.integers(0, 4)) == 0:
        bare = AuthorizationRequest(
            asked.payer_id, asked.payer_name, asked.requester, asked.member_id, asked.subscriber, "", None,
            asked.patient, asked.relationship_code,
        )  # fmt: skip
        refused = draw(refusals(*above).filter(bool))
        return AuthorizationAnswer(bare, None, refused, more_to_follow=draw(st.booleans()))
    certification = draw(st.one_of(st.none(), certifications()))
    decided = tuple(
        ServiceDecision(
            service, draw(st.one_of(st.none(), certifications())), draw(refusals(ReviewLevel.SERVICE))
        )
        for service in asked.services
    )
    reference = asked.previous_reference if certification is None else ""
    return AuthorizationAnswer(
        replace(asked, services=(), previous_reference=reference),
        certification,
        draw(refusals(*above, ReviewLevel.EVENT)),
        decided,
        draw(st.booleans()),
    )


def realistic(number: int) -> AuthorizationRequest:
    """The request with that number of a small practice: imaging, physiotherapy or an admission."""
    patient = Person("DOE", "JANE", date(1960, 1, 1) + timedelta(number), "F")
    clinic = Provider(
        "GOOD CLINIC", NPI, phone="6175551212", address=Address("1 MAIN ST", "BOSTON", "MA", "021100001")
    )
    day = date(2026, 1, 12) + timedelta(number % 60)
    kinds = (
        ("72148", "72", None),
        ("97110", "PT", Delivery("VS", Decimal(12), period="34", periods=Decimal(3))),
    )
    code, service_type, delivery = kinds[number % len(kinds)]
    return AuthorizationRequest(
        payer_id="PAY01",
        payer_name="GOOD HEALTH",
        requester=clinic,
        member_id=f"M{number:08d}",
        subscriber=patient,
        trace_number=f"T{number:08d}",
        review=Review(ReviewCategory.HEALTH_SERVICES, service_type=service_type, place_of_service="11"),
        diagnosis_codes=("M5416",),
        dates=(DatedEvent("AAH", day),),
        services=(RequestedService(code, Decimal(1), day, delivery=delivery),),
    )
