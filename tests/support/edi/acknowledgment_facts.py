"""TA1, 999 and 277CA with everything they can say, for hypothesis: what is written must be read back equal."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from revcycle.domain.mail.acknowledgment import (
    BatchAcknowledgment,
    ClaimAcknowledgment,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    ProviderAcknowledgment,
    SegmentError,
    TransactionAcknowledgment,
)
from revcycle.domain.mail.acknowledgment_details import (
    ACCEPTING,
    AcknowledgedTotals,
    LineAcknowledgment,
    SegmentContext,
    Status,
    StatusReport,
)
from revcycle.domain.remittances.remittance_details import NamedParty, Procedure, Reference

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
CENTS = st.integers(0, 99_999)
COUNTS = st.none() | st.integers(0, 999)
NUMBERS = st.integers(1, 999_999_999)
OPTIONAL_CODE = st.sampled_from(["", "X12345"])


def some(strategy: st.SearchStrategy, most: int = 2, least: int = 0) -> st.SearchStrategy:
    """A short tuple of such things."""
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


interchanges = st.builds(
    InterchangeAcknowledgment,
    NUMBERS.map(lambda number: f"{number:09d}"),
    st.sampled_from(["A", "E", "R"]),
    st.sampled_from(["000", "001", "025"]),
    DAYS,
    st.sampled_from(["0930", "2359"]),
)

contexts = st.builds(
    SegmentContext,
    st.just("SITUATIONAL TRIGGER"),
    st.just(""),
    st.sampled_from(["CLM", "SBR"]),
    st.integers(1, 99),
    st.sampled_from(["", "2300"]),
    st.sampled_from(["", "5", "5-3"]),
    st.sampled_from(["", "1325"]),
)
business_units = st.builds(SegmentContext, st.just("CLM01"), st.sampled_from(["PCN1", "000123"]))
element_errors = st.tuples(
    st.sampled_from(["2", "5-3", "5-3-2"]),
    st.sampled_from(["1", "7", "I10"]),
    st.sampled_from(["", "782"]),
    st.sampled_from(["", "20260230"]),
    some(contexts),
)


@st.composite
def segment_errors(draw: st.DrawFn) -> tuple[SegmentError, ...]:
    """One segment's errors: of itself, or of its elements."""
    told = (
        draw(st.sampled_from(["CLM", "NM1", "HI"])),
        draw(st.integers(1, 9_999)),
        draw(st.sampled_from(["", "2300", "2400"])),
        draw(st.sampled_from(["3", "8", "I6"])),
    )
    around = (*draw(some(business_units, 1)), *draw(some(contexts)))
    elements = draw(st.lists(element_errors, max_size=2))
    if not elements:
        return (SegmentError(*told, contexts=around),)
    return tuple(SegmentError(*told, *e[:2], e[2], e[3], around, e[4]) for e in elements)


def _verdict(code: str) -> tuple[str, str]:
    """What is stated, and what it comes to."""
    return ("R", code) if code in ("M", "W", "X") else (code, "")


@st.composite
def transactions(draw: st.DrawFn) -> TransactionAcknowledgment:
    """An answer to one transaction; one that is not accepted says why."""
    code, stated = _verdict(draw(st.sampled_from(["A", "E", "R", "M", "W", "X"])))
    return TransactionAcknowledgment(
        f"{draw(st.integers(1, 9_999)):04d}",
        code,
        tuple(error for errors in draw(some(segment_errors())) for error in errors),
        draw(st.sampled_from(["837", "270", "276"])),
        draw(st.sampled_from(["005010X222A1", "005010X223A2"])),
        draw(some(st.sampled_from(["1", "5", "I5"]), 5, 0 if code == "A" else 1)),
        stated,
    )


@st.composite
def implementations(draw: st.DrawFn) -> ImplementationAcknowledgment:
    """A whole 999."""
    code, stated = _verdict(draw(st.sampled_from(["A", "E", "P", "R", "M", "W", "X"])))
    answers = draw(some(transactions(), 3))
    return ImplementationAcknowledgment(
        str(draw(NUMBERS)),
        code,
        answers,
        draw(st.sampled_from(["HC", "HS", "HR"])),
        "005010X222A1",
        len(answers),
        draw(st.integers(0, 99)),
        sum(answer.accepted for answer in answers),
        draw(some(st.sampled_from(["2", "5", "19"]), 5)),
        stated,
    )


def statuses(*entities: str) -> st.SearchStrategy:
    """Status composites; each level of the guide knows entities of its own."""
    return st.builds(
        Status,
        st.sampled_from(["A1", "A2", "A3", "A6", "A7", "A8"]),
        st.sampled_from(["19", "20", "562", "21"]),
        st.sampled_from(["", *entities]),
    )


CLAIM_ENTITIES = ("85", "IL", "QC")


def reports(*entities: str, dated: bool = True, charged: bool = True, told: bool = True) -> st.SearchStrategy:
    """STC segments with one to three statuses."""
    return st.builds(
        StatusReport,
        some(statuses(*entities), 3, 1),
        DAYS if dated else st.none(),
        st.sampled_from(["WQ", "U"]) if charged else st.just("U"),
        CENTS if charged else st.none(),
        st.sampled_from(["", "MEMBER ID IS NOT OURS"]) if told else st.just(""),
    )


totals = st.builds(AcknowledgedTotals, COUNTS, COUNTS, st.none() | CENTS, st.none() | CENTS)
lines = st.builds(
    LineAcknowledgment,
    st.builds(Procedure, st.sampled_from(["99213", "36415"]), st.sampled_from([(), ("25", "59")])),
    CENTS,
    some(reports(*CLAIM_ENTITIES, charged=False, told=False), 1, 1),
    st.sampled_from(["", "L1"]),
    st.sampled_from(["", "RX9"]),
    st.sampled_from(["", "0450"]),
    st.sampled_from([None, Decimal(2), Decimal("1.5")]),
    DAYS,
    st.none() | st.just(date(2027, 1, 1)),
)


@st.composite
def claims(draw: st.DrawFn) -> ClaimAcknowledgment:
    """A claim's answer; the status that decides stands in front."""
    told = draw(some(reports(*CLAIM_ENTITIES), 2, 1))
    pairs = [(report, status) for report in told for status in report.statuses]
    report, status = next((p for p in pairs if p[1].category_code not in ACCEPTING), pairs[0])
    number = draw(st.sampled_from(["PCN1", "000123", "A-7"]))
    return ClaimAcknowledgment(
        number,
        status.category_code,
        status.status_code,
        report.charge_cents,
        report.effective_date,
        status.entity_code,
        draw(st.sampled_from(["", "ICN1"])),
        report.message,
        told,
        NamedParty("QC", "DOE", "JANE", "Q", "JR", "MI", "MEMBER1"),
        draw(OPTIONAL_CODE),
        draw(st.sampled_from(["", "131"])),
        draw(DAYS),
        draw(st.none() | st.just(date(2027, 1, 1))),
        draw(some(lines)),
    )


providers = st.builds(
    ProviderAcknowledgment,
    st.just(NamedParty("85", "GOOD CLINIC", qualifier="XX", identifier="1234567893", is_person=False)),
    some(claims(), 2, 1),
    st.sampled_from(["0", "BATCH7"]),
    some(reports("41", dated=False, told=False), 1, 1),
    st.none() | st.just(Reference("G2", "LEGACY1")),
    totals,
)
batches = st.builds(
    BatchAcknowledgment,
    st.just(NamedParty("PR", "GOOD HEALTH", qualifier="PI", identifier="PAY01", is_person=False)),
    st.just(NamedParty("41", "GOOD PRACTICE", qualifier="46", identifier="SENDER", is_person=False)),
    st.sampled_from(["000000123", "BATCH1"]),
    some(reports("41", told=False), 2, 1),
    some(providers, 2),
    st.sampled_from(["T1", "000000123"]),
    DAYS,
    DAYS,
    totals,
    st.sampled_from(["R1", "000000009"]),
)
