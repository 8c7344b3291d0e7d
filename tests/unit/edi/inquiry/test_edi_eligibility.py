"""270 and 271: what is asked and answered comes across whole, and refusals above the person are not lost."""

from dataclasses import asdict, fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.domain.claims.benefit import RejectedAt, Rejection
from revcycle.domain.claims.eligibility import Dependent, EligibilityAnswer, EligibilityInquiry
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.eligibility_270_271.short_answer import short_answer
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import DelimiterInData, sniff
from tests.support.edi.edi_facts import ENVELOPE, NPI, PAYER, SUBMITTER, cents, codes, days, texts
from tests.support.edi.eligibility_facts import amounts, answers, dependents, inquiries, subscribers

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
PATIENT = Dependent("DOE", "JIM", birth_date=date(2015, 3, 4))
INQUIRY = EligibilityInquiry(
    "PAY01", "GOOD HEALTH", NPI, "GOOD CLINIC", "M1", "DOE", "JANE", date(1980, 1, 2), date(2026, 1, 5), "T1"
)


@settings(max_examples=40)
@given(inquiries)
def test_an_inquiry_written_is_the_inquiry_read(inquiry: EligibilityInquiry) -> None:
    data = x12_270.write_inquiry(ENVELOPE, SUBMITTER, inquiry)
    assert x12_270.read_inquiries(data) == (inquiry,)


def short(answer: EligibilityAnswer) -> EligibilityAnswer:
    """Only the fields that every answer has had from the start."""
    names = [field.name for field in fields(answer)][: [f.name for f in fields(answer)].index("benefits")]
    return EligibilityAnswer(**{name: getattr(answer, name) for name in names})


@settings(max_examples=40)
@given(subscribers, st.one_of(active, rejected, unknown))
def test_a_short_answer_written_is_the_answer_read(
    inquiry: EligibilityInquiry, answer: EligibilityAnswer
) -> None:
    (read,) = x12_271.read_answers(x12_271.write_answer(ENVELOPE, PAYER, inquiry, answer))
    assert short(read) == answer


@settings(max_examples=40)
@given(inquiries, answers())
def test_a_whole_answer_written_is_the_answer_read(
    inquiry: EligibilityInquiry, answer: EligibilityAnswer
) -> None:
    inquiry = replace(inquiry, dependent_last_name="", dependent_first_name="")
    file = x12_271.read(x12_271.write_answer(ENVELOPE, PAYER, inquiry, answer))
    assert file.facts == (answer,)
    assert file.findings == ()


@settings(max_examples=40)
@given(st.lists(inquiries, min_size=1, max_size=4))
def test_a_batch_of_inquiries_is_read_as_written(asked: list[EligibilityInquiry]) -> None:
    file = x12_270.read(x12_270.write_inquiries(ENVELOPE, SUBMITTER, asked))
    assert file.facts == tuple(asked)
    assert file.findings == ()


@settings(max_examples=40)
@given(st.lists(st.tuples(dependents, answers()), min_size=1, max_size=3))
def test_a_batch_of_answers_is_read_as_written(
    answered: list[tuple[EligibilityInquiry, EligibilityAnswer]],
) -> None:
    told = [(asked, replace(answer, dependent=answer.dependent or PATIENT)) for asked, answer in answered]
    told = [(asked, replace(a, rejections=(), **asdict(short_answer(a.benefits, ())))) for asked, a in told]
    file = x12_271.read(x12_271.write_answers(ENVELOPE, PAYER, told))
    assert file.facts == tuple(answer for _, answer in told)
    assert file.findings == ()


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
    assert short(first) == EligibilityAnswer("", None, reject_codes=("42",))
    at = RejectedAt.SYSTEM if b"*20*" in place else RejectedAt.PROVIDER
    assert first.rejections == (Rejection("42", "R", at),)
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
