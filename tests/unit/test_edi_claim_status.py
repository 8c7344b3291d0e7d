"""276 and 277: what is asked and answered comes across whole."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.claim_status import StatusAnswer, StatusInquiry
from revcycle.edi import x12_276_005010x212 as x12_276
from revcycle.edi import x12_277_005010x212 as x12_277
from revcycle.edi.envelope import sniff
from tests.support.edi_facts import ENVELOPE, NPI, PAYER, SUBMITTER, cents, codes, days, texts

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
answers = st.builds(
    StatusAnswer,
    codes(20),
    st.sampled_from(["P1", "F1", "F2", "D0", "R3", "E1"]),
    st.sampled_from(["3", "65", "35"]),
    days,
    st.one_of(st.just(""), codes(20)),
    cents,
    st.integers(0, 1_000_000),
)
INQUIRY = StatusInquiry(
    "PAY01", "GOOD HEALTH", NPI, "GOOD CLINIC", "PCN1", "M1", "DOE", "JANE", date(1980, 1, 2), "F", 10_000,
    date(2025, 12, 30), "T1",
)  # fmt: skip
ANSWER = StatusAnswer("T1", "P1", "3", date(2026, 1, 5), "ICN1", 10_000, 0)


@given(inquiries)
def test_a_status_inquiry_written_is_the_inquiry_read(inquiry: StatusInquiry) -> None:
    data = x12_276.write_inquiry(ENVELOPE, SUBMITTER, inquiry)
    assert sniff(data) == "276"
    assert x12_276.read_inquiries(data) == (inquiry,)


@given(inquiries, answers)
def test_a_status_answer_written_is_the_answer_read(inquiry: StatusInquiry, answer: StatusAnswer) -> None:
    data = x12_277.write_answer(ENVELOPE, PAYER, inquiry, answer)
    assert sniff(data) == "277"
    assert x12_277.read_answers(data) == (answer,)


def read_after(old: bytes, new: bytes) -> tuple[StatusAnswer, ...]:
    data = x12_277.write_answer(ENVELOPE, PAYER, INQUIRY, ANSWER)
    assert old in data
    return x12_277.read_answers(data.replace(old, new))


def test_the_latest_of_several_statuses_counts() -> None:
    later = b"STC*F1:65*20260107**100*80~\nSTC*P1:3*20260105**100*0~"
    (answer,) = read_after(b"STC*P1:3*20260105**100*0~", later)
    assert (answer.category_code, answer.payment_cents) == ("F1", 8_000)


def test_a_status_above_the_patient_counts_where_the_claim_has_none() -> None:
    data = x12_277.write_answer(ENVELOPE, PAYER, INQUIRY, ANSWER).replace(b"STC*P1:3*20260105**100*0~\n", b"")
    assert x12_277.read_answers(data) == ()
    above = data.replace(b"HL*3*2*19*1~", b"TRN*2*T1~STC*E1:0*20260105~HL*3*2*19*1~")
    (answer,) = x12_277.read_answers(above)
    assert (answer.trace_number, answer.category_code, answer.payer_claim_control_number) == (
        "T1",
        "E1",
        "ICN1",
    )
    only_above = above[: above.index(b"HL*3*2*19*1~")] + b"SE*9*0001~GE*1*1~IEA*1*000000123~"
    assert [(a.trace_number, a.category_code) for a in x12_277.read_answers(only_above)] == [("", "E1")]


def test_broken_amounts_in_an_answer_are_nothing() -> None:
    (answer,) = read_after(b"**100*0~", b"**1o0*x~")
    assert (answer.charge_cents, answer.payment_cents) == (0, 0)
