"""TA1, 999 and 277CA: what is acknowledged comes across whole."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from revcycle.domain.codes.acknowledgment_codes import acknowledgment_code
from revcycle.domain.mail.acknowledgment import (
    BatchAcknowledgment,
    ClaimAcknowledgment,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    SegmentError,
    TransactionAcknowledgment,
)
from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1
from revcycle.edi.wire.envelope import sniff
from tests.support.edi.acknowledgment_facts import batches, implementations, interchanges
from tests.support.edi.edi_facts import ENVELOPE, PAYEE, PAYER, RECEIVER

ACCEPTED = ClaimAcknowledgment("PCN1", "A2", "20", 10_000, date(2026, 1, 5), "PR", "ICN1")
REJECTED = ClaimAcknowledgment("PCN2", "A7", "562", 5_000, date(2026, 1, 5), "85")


@given(interchanges)
def test_a_ta1_written_is_the_ta1_read(ack: InterchangeAcknowledgment) -> None:
    data = x12_ta1.write_acknowledgment(ENVELOPE, ack)
    assert sniff(data) == "TA1"
    assert x12_ta1.read_acknowledgments(data) == (ack,)


@settings(max_examples=40)
@given(implementations())
def test_a_999_written_is_the_999_read(ack: ImplementationAcknowledgment) -> None:
    data = x12_999.write_acknowledgment(ENVELOPE, ack)
    assert sniff(data) == "999"
    assert x12_999.read_acknowledgment_file(data) == x12_999.ImplementationFile((ack,), ())


@pytest.mark.parametrize("code", ["R", "M", "W", "X"])
def test_every_kind_of_rejection_is_a_rejection(code: str) -> None:
    ack = ImplementationAcknowledgment("1", "R", (TransactionAcknowledgment("0001", "R"),))
    data = x12_999.write_acknowledgment(ENVELOPE, ack)
    changed = data.replace(b"IK5*R", b"IK5*" + code.encode()).replace(b"AK9*R", b"AK9*" + code.encode())
    (read,) = x12_999.read_acknowledgments(changed)
    assert (read.code, read.transactions[0].code, read.transactions[0].accepted) == ("R", "R", False)
    assert (read.stated_code or "R", read.transactions[0].stated_code or "R") == (code, code)


def test_a_999_cut_before_its_verdict_rejects_what_it_does_not_accept() -> None:
    ack = ImplementationAcknowledgment(
        "1", "P", (TransactionAcknowledgment("0001", "A"), TransactionAcknowledgment("0002", "R"))
    )
    data = x12_999.write_acknowledgment(ENVELOPE, ack)
    (read,) = x12_999.read_acknowledgments(data[: data.index(b"IK5*R")])
    assert (read.code, [transaction.code for transaction in read.transactions]) == ("P", ["A", "R"])


@settings(max_examples=40)
@given(batches)
def test_a_277ca_written_is_the_277ca_read(batch: BatchAcknowledgment) -> None:
    data = x12_277ca.write_batch(ENVELOPE, batch)
    assert sniff(data) == "277CA"
    assert x12_277ca.read_batches(data) == x12_277ca.ClaimAcknowledgmentFile((batch,), ())
    if batch.providers:
        assert x12_277ca.read_acknowledgments(data) == batch.claims


def test_claims_alone_are_enough_to_answer_a_batch() -> None:
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (ACCEPTED, REJECTED), "000000123", PAYEE)
    assert [_bare(claim) for claim in x12_277ca.read_acknowledgments(data)] == [ACCEPTED, REJECTED]


def _bare(claim: ClaimAcknowledgment) -> ClaimAcknowledgment:
    return replace(claim, reports=(), patient=None, service_date=None)


def test_a_rejection_of_the_whole_batch_comes_without_a_control_number() -> None:
    batch = replace(REJECTED, patient_control_number="")
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (batch,), "000000123")
    (read,) = x12_277ca.read_acknowledgments(data)
    assert _bare(read) == batch


def test_a_status_above_applies_to_claims_without_one() -> None:
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (ACCEPTED, REJECTED), "000000123")
    own = b"STC*A2:20:PR*20260105*WQ*100~\n"
    assert own in data
    changed = data.replace(own, b"").replace(b"STC*A1:19:PR", b"STC*A3:187:41")
    first, second = x12_277ca.read_acknowledgments(changed)
    assert (first.patient_control_number, first.category_code, first.status_code) == ("PCN1", "A3", "187")
    assert (first.charge_cents, first.payer_claim_control_number) == (0, "ICN1")
    assert _bare(second) == REJECTED


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


def test_what_an_acknowledgment_has_no_place_for_is_named() -> None:
    ack = ImplementationAcknowledgment("1", "A", (TransactionAcknowledgment("0001", "A"),))
    data = x12_999.write_acknowledgment(ENVELOPE, ack).replace(b"AK9*", b"ZZZ*SECRET~AK9*")
    found = [f for f in x12_999.read_acknowledgment_file(data).findings if f.code == "999.not_carried"]
    assert [finding.where for finding in found] == ["ZZZ in segment 7"]
    whole = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (ACCEPTED,), "000000123")
    told = x12_277ca.read_batches(whole.replace(b"REF*1K*ICN1~", b"REF*1K*ICN1~N3*SECRET~")).findings
    assert [f.code for f in told if f.code != "x12.wrong_count"] == ["277ca.not_carried"]
    assert "SECRET" not in f"{found}{told}"


def test_every_code_of_the_guides_has_words() -> None:
    for element, codes_told in (
        ("IK304", ["1", "2", "3", "4", "5", "6", "7", "8", "I4", "I6", "I7", "I8", "I9"]),
        ("IK403", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "12", "13", "I6", "I9", "I10", "I12"]),
        ("IK502", ["1", "2", "3", "4", "5", "6", "7", "19", "23", "I5", "I6"]),
        ("AK905", ["1", "2", "3", "4", "5", "6", "19"]),
        ("TA105", [f"{number:03d}" for number in range(32)]),
        ("IK501", list("AEMRWX")),
        ("AK901", list("AEMPRWX")),
        ("TA104", list("AER")),
    ):
        for code in codes_told:
            meaning = acknowledgment_code(element, code, date(2026, 1, 1))
            assert meaning is not None, (element, code)
            assert meaning.meaning
            assert meaning.source
    assert acknowledgment_code("TA105", "999", date(2026, 1, 1)) is None


def test_the_277ca_counts_what_it_holds() -> None:
    data = x12_277ca.write_acknowledgment(ENVELOPE, PAYER, RECEIVER, (ACCEPTED, REJECTED), "000000123")
    assert b"QTY*90*1~\nQTY*AA*1~\nAMT*YU*100~\nAMT*YY*50~" in data
