"""TA1, 999 and 277CA: what is acknowledged comes across whole."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.acknowledgment import (
    ClaimAcknowledgment,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    SegmentError,
    TransactionAcknowledgment,
)
from revcycle.edi import x12_277ca_005010x214 as x12_277ca
from revcycle.edi import x12_999_005010x231a1 as x12_999
from revcycle.edi import x12_ta1
from revcycle.edi.envelope import sniff
from tests.support.edi_facts import ENVELOPE, PAYEE, PAYER, RECEIVER, cents, codes, days, texts

segment_errors = st.builds(
    SegmentError,
    st.sampled_from(["CLM", "NM1", "HI"]),
    st.integers(1, 9_999),
    st.sampled_from(["", "2300", "2400"]),
    st.sampled_from(["3", "8", "I6"]),
)
element_errors = st.builds(
    replace,
    segment_errors,
    element_position=st.sampled_from(["2", "5-3"]),
    element_error_code=st.sampled_from(["1", "7"]),
)
transactions = st.builds(
    TransactionAcknowledgment,
    st.integers(1, 9_999).map(lambda number: f"{number:04d}"),
    st.sampled_from(["A", "E", "R"]),
    st.lists(st.one_of(segment_errors, element_errors), max_size=5).map(tuple),
)
implementations = st.builds(
    ImplementationAcknowledgment,
    st.integers(1, 999_999_999).map(str),
    st.sampled_from(["A", "E", "P", "R"]),
    st.lists(transactions, max_size=3).map(tuple),
)
claim_acknowledgments = st.builds(
    ClaimAcknowledgment,
    codes(20),
    st.sampled_from(["A1", "A2", "A3", "A6", "A7", "A8"]),
    st.sampled_from(["19", "20", "562", "21"]),
    cents,
    days,
    st.sampled_from(["", "PR", "85", "IL"]),
    st.one_of(st.just(""), codes(20)),
    st.one_of(st.just(""), texts(40)),
)
ACCEPTED = ClaimAcknowledgment("PCN1", "A2", "20", 10_000, date(2026, 1, 5), "PR", "ICN1")
REJECTED = ClaimAcknowledgment("PCN2", "A7", "562", 5_000, date(2026, 1, 5), "85")


@given(st.sampled_from(["A", "E", "R"]), st.sampled_from(["000", "001", "025"]), st.integers(1, 999_999_999))
def test_a_ta1_written_is_the_ta1_read(code: str, note: str, number: int) -> None:
    ack = InterchangeAcknowledgment(f"{number:09d}", code, note)
    data = x12_ta1.write_acknowledgment(ENVELOPE, ack)
    assert sniff(data) == "TA1"
    assert x12_ta1.read_acknowledgments(data) == (ack,)


@given(implementations)
def test_a_999_written_is_the_999_read(ack: ImplementationAcknowledgment) -> None:
    data = x12_999.write_acknowledgment(ENVELOPE, ack)
    assert sniff(data) == "999"
    assert x12_999.read_acknowledgments(data) == (ack,)


@pytest.mark.parametrize("code", ["R", "M", "W", "X"])
def test_every_kind_of_rejection_is_a_rejection(code: str) -> None:
    ack = ImplementationAcknowledgment("1", "R", (TransactionAcknowledgment("0001", "R"),))
    data = x12_999.write_acknowledgment(ENVELOPE, ack)
    changed = data.replace(b"IK5*R", b"IK5*" + code.encode()).replace(b"AK9*R", b"AK9*" + code.encode())
    assert x12_999.read_acknowledgments(changed) == (ack,)


def test_a_999_cut_before_its_verdict_rejects_what_it_does_not_accept() -> None:
    ack = ImplementationAcknowledgment(
        "1", "P", (TransactionAcknowledgment("0001", "A"), TransactionAcknowledgment("0002", "R"))
    )
    data = x12_999.write_acknowledgment(ENVELOPE, ack)
    assert x12_999.read_acknowledgments(data[: data.index(b"IK5*R")]) == (ack,)


@given(st.lists(claim_acknowledgments, max_size=5).map(tuple))
def test_a_277ca_written_is_the_277ca_read(claims: tuple[ClaimAcknowledgment, ...]) -> None:
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, claims, "000000123", PAYEE)
    assert sniff(data) == "277CA"
    assert x12_277ca.read_acknowledgments(data) == claims


def test_a_rejection_of_the_whole_batch_comes_without_a_control_number() -> None:
    batch = replace(REJECTED, patient_control_number="")
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (batch,), "000000123")
    assert x12_277ca.read_acknowledgments(data) == (batch,)


def test_a_status_above_applies_to_claims_without_one() -> None:
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (ACCEPTED, REJECTED), "000000123")
    own = b"STC*A2:20:PR*20260105*WQ*100~\n"
    assert own in data
    changed = data.replace(own, b"").replace(b"STC*A1:19:PR", b"STC*A3:187:41")
    first, second = x12_277ca.read_acknowledgments(changed)
    assert (first.patient_control_number, first.category_code, first.status_code) == ("PCN1", "A3", "187")
    assert (first.charge_cents, first.payer_claim_control_number) == (0, "ICN1")
    assert second == REJECTED


def test_of_several_statuses_the_one_that_rejects_counts() -> None:
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (ACCEPTED,), "000000123")
    own = b"STC*A2:20:PR*20260105*WQ*100~"
    (read,) = x12_277ca.read_acknowledgments(data.replace(own, own + b"\nSTC*A6:21*20260105*U*100~"))
    assert (read.category_code, read.accepted) == ("A6", False)


def test_a_longer_loop_id_is_cut_to_what_the_element_holds() -> None:
    error = SegmentError("NM1", 7, "2010BA", "3")
    ack = ImplementationAcknowledgment("1", "R", (TransactionAcknowledgment("0001", "R", (error,)),))
    (read,) = x12_999.read_acknowledgments(x12_999.write_acknowledgment(ENVELOPE, ack))
    assert read.transactions[0].errors == (replace(error, loop_id="2010"),)


def test_the_277ca_counts_what_it_holds() -> None:
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (ACCEPTED, REJECTED), "000000123")
    assert b"QTY*90*1~\nQTY*AA*1~\nAMT*YU*100~\nAMT*YY*50~" in data
