"""270 and 271: what is asked and answered comes across whole, and refusals above the person are not lost."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.edi import x12_270_005010x279a1 as x12_270
from revcycle.edi import x12_271_005010x279a1 as x12_271
from revcycle.edi.elements import NOT_STATED
from revcycle.edi.envelope import DelimiterInData, sniff
from tests.support.edi_facts import ENVELOPE, NPI, PAYER, SUBMITTER, cents, codes, days, texts

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
)
dependents = st.builds(
    lambda inquiry, last, first, born: replace(
        inquiry, dependent_last_name=last, dependent_first_name=first, dependent_birth_date=born
    ),
    subscribers,
    texts(30),
    texts(20),
    st.one_of(st.none(), days),
)
inquiries = st.one_of(subscribers, dependents)
amounts = st.one_of(st.none(), st.integers(0, 1_000_000))
people = {
    "member_id": codes(15),
    "last_name": texts(30),
    "first_name": texts(20),
    "birth_date": days,
}
active = st.builds(
    EligibilityAnswer,
    trace_number=codes(20),
    active=st.booleans(),
    plan_name=st.one_of(st.just(""), texts(30)),
    deductible_remaining_cents=amounts,
    copayment_cents=amounts,
    coinsurance_percent=st.one_of(st.none(), st.integers(0, 100)),
    **people,
)
rejected = st.builds(
    EligibilityAnswer,
    trace_number=codes(20),
    active=st.none(),
    reject_codes=st.lists(st.sampled_from(["42", "71", "72", "75"]), min_size=1, unique=True).map(tuple),
    **people,
)
unknown = st.builds(EligibilityAnswer, trace_number=codes(20), active=st.none(), **people)
INQUIRY = EligibilityInquiry(
    "PAY01", "GOOD HEALTH", NPI, "GOOD CLINIC", "M1", "DOE", "JANE", date(1980, 1, 2), date(2026, 1, 5), "T1"
)


@given(inquiries)
def test_an_inquiry_written_is_the_inquiry_read(inquiry: EligibilityInquiry) -> None:
    data = x12_270.write_inquiry(ENVELOPE, SUBMITTER, inquiry)
    assert x12_270.read_inquiries(data) == (inquiry,)


@given(inquiries, st.one_of(active, rejected, unknown))
def test_an_answer_written_is_the_answer_read(inquiry: EligibilityInquiry, answer: EligibilityAnswer) -> None:
    data = x12_271.write_answer(ENVELOPE, PAYER, inquiry, answer)
    assert x12_271.read_answers(data) == (answer,)


@given(cents)
def test_an_answer_echoes_the_person_asked_about(amount: int) -> None:
    answer = EligibilityAnswer("T1", True, deductible_remaining_cents=amount)
    (read,) = x12_271.read_answers(x12_271.write_answer(ENVELOPE, PAYER, INQUIRY, answer))
    assert (read.member_id, read.last_name, read.birth_date) == ("M1", "DOE", date(1980, 1, 2))


def test_both_are_recognised() -> None:
    assert sniff(x12_270.write_inquiry(ENVELOPE, SUBMITTER, INQUIRY)) == "270"
    answer = EligibilityAnswer("T1", True)
    assert sniff(x12_271.write_answer(ENVELOPE, PAYER, INQUIRY, answer)) == "271"


def test_a_birth_date_that_is_not_stated_is_not_sent() -> None:
    data = x12_270.write_inquiry(ENVELOPE, SUBMITTER, replace(INQUIRY, birth_date=NOT_STATED))
    assert b"DMG" not in data


def test_a_delimiter_in_a_name_is_refused() -> None:
    with pytest.raises(DelimiterInData) as refused:
        x12_270.write_inquiry(ENVELOPE, SUBMITTER, replace(INQUIRY, last_name="D*E"))
    assert refused.value.field == "NM103"


def answered(old: bytes, new: bytes) -> tuple[EligibilityAnswer, ...]:
    data = x12_271.write_answer(ENVELOPE, PAYER, INQUIRY, EligibilityAnswer("T1", True, "GOLD"))
    assert old in data
    return x12_271.read_answers(data.replace(old, new))


@pytest.mark.parametrize("place", [b"HL*1**20*1~\n", b"HL*2*1*21*1~\n"])
def test_a_refusal_above_the_person_comes_without_a_trace_number(place: bytes) -> None:
    first, *_ = answered(place, place + b"AAA*N**42*R~\n")
    assert first == EligibilityAnswer("", None, reject_codes=("42",))
    first, *_ = answered(place, b"AAA*N**79*C~\n" + place)
    assert first.reject_codes == ("79",)


def test_the_plan_as_a_whole_counts_before_one_service() -> None:
    (answer,) = answered(b"EB*1**30**GOLD~", b"EB*6**88~\nEB*1**30^1**GOLD~")
    assert answer.active is True
    (answer,) = answered(b"EB*1**30**GOLD~", b"EB*1**88~\nEB*6**30~")
    assert answer.active is False
    (answer,) = answered(b"EB*1**30**GOLD~", b"EB*V**30~")
    assert answer.active is None


def test_in_network_and_individual_amounts_count_first() -> None:
    (answer,) = answered(
        b"EB*1**30**GOLD~",
        b"EB*1**30~EB*B*IND*98***27*40*****N~EB*B*FAM*30***27*35~EB*B*IND*30***27*25*****Y~EB*A*IND*30****oops*.2~",
    )
    assert (answer.copayment_cents, answer.coinsurance_percent) == (2_500, 20)
