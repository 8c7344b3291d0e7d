"""Complaints about other X12 libraries that must not be made about this one (FEATURES: 23 and 24)."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import resources
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from revcycle.cli.x12.checks import check
from revcycle.domain.finding import blocking
from revcycle.domain.remittances.remittance import ClaimPayment, Remittance
from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1
from revcycle.edi.authorization_278 import x12_278
from revcycle.edi.claim_837 import x12_837
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.remittance_835 import x12_835
from revcycle.edi.remittance_835.x12_835 import RemittanceFile, read_remittances, write_remittance
from revcycle.edi.wire.envelope import sniff
from revcycle.rules.remittances.balancing import balance_claim, balance_remittance
from tests.support.edi import acknowledgment_facts as acks
from tests.support.edi import (
    authorization_facts,
    claim_status_facts,
    dental_facts,
    edi_facts,
    eligibility_facts,
    institutional_facts,
)
from tests.support.edi.edi_facts import ENVELOPE, PAYEE, PAYER, RECEIVER, SUBMITTER
from tests.support.edi.remittance_facts import full_remittances
from tests.unit.edi.remittance_835.test_edi_835 import REMITTANCE

FEW = settings(max_examples=3, phases=[Phase.explicit, Phase.generate])
Carried = tuple[Any, bytes, Any]
"""What was to be said, the file that says it, and what was read back."""


def _claims(sent: Any) -> Carried:
    data = x12_837.write_claims(ENVELOPE, SUBMITTER, RECEIVER, [sent])
    file = x12_837.read_claims(data)
    return [sent.claim], data, [read.claim for read in file.claims]


def _inquiry(asked: Any) -> Carried:
    data = x12_270.write_inquiry(ENVELOPE, SUBMITTER, asked)
    return (asked,), data, x12_270.read_inquiries(data)


def _answer(told: tuple[Any, Any]) -> Carried:
    asked = replace(told[0], dependent_last_name="", dependent_first_name="")
    data = x12_271.write_answer(ENVELOPE, PAYER, asked, told[1])
    return (told[1],), data, x12_271.read_answers(data)


def _status_inquiry(asked: Any) -> Carried:
    data = x12_276.write_inquiries(ENVELOPE, SUBMITTER, [asked])
    return (asked,), data, x12_276.read(data).facts


def _status(told: tuple[Any, Any]) -> Carried:
    data = x12_277.write_answers(ENVELOPE, PAYER, [told])
    return (told[1],), data, x12_277.read(data).facts


def _review(asked: Any) -> Carried:
    data = x12_278.write_request(ENVELOPE, SUBMITTER, asked)
    (read,) = x12_278.read_request(data).facts
    return asked.services, data, read.services


def _remittance(told: Remittance) -> Carried:
    data = write_remittance(ENVELOPE, PAYER, PAYEE, told)
    return [told], data, [read.without_positions() for read in read_remittances(data).remittances]


def _batch(told: Any) -> Carried:
    data = x12_277ca.write_batch(ENVELOPE, told)
    return (told,), data, x12_277ca.read_batches(data).batches


def _implementation(told: Any) -> Carried:
    data = x12_999.write_acknowledgment(ENVELOPE, told)
    return (told,), data, x12_999.read_acknowledgments(data)


def _interchange(told: Any) -> Carried:
    data = x12_ta1.write_acknowledgment(ENVELOPE, told)
    return (told,), data, x12_ta1.read_acknowledgments(data)


GUIDES: dict[str, tuple[st.SearchStrategy[Any], Callable[..., Carried]]] = {
    "837P": (edi_facts.claims_to_send(), _claims),
    "837I": (institutional_facts.claims_to_send(), _claims),
    "837D": (dental_facts.claims_to_send(), _claims),
    "835": (full_remittances(), _remittance),
    "270": (eligibility_facts.inquiries, _inquiry),
    "271": (st.tuples(eligibility_facts.inquiries, eligibility_facts.answers()), _answer),
    "276": (claim_status_facts.inquiries, _status_inquiry),
    "277": (st.tuples(claim_status_facts.subscribers, claim_status_facts.answers()), _status),
    "278": (authorization_facts.requests(), _review),
    "277CA": (acks.batches, _batch),
    "999": (acks.implementations(), _implementation),
    "TA1": (acks.interchanges, _interchange),
}


@pytest.mark.parametrize("guide", GUIDES)
def test_complaint_23_every_transaction_is_written_and_read_back_equal(guide: str) -> None:
    strategy, carry = GUIDES[guide]

    @FEW
    @given(strategy)
    def carries(fact: Any) -> None:
        wanted, data, read = carry(fact)
        assert sniff(data) == guide
        assert read == wanted

    carries()


@pytest.mark.parametrize("guide", GUIDES)
def test_complaint_23_what_is_written_passes_every_check_of_our_own(guide: str) -> None:
    strategy, carry = GUIDES[guide]

    @FEW
    @given(strategy)
    def passes(fact: Any) -> None:
        done = check(io.BytesIO(carry(fact)[1]), maps=False, progress=lambda _: None)
        assert done.findings == ()

    passes()


def test_complaint_23_code_lists_are_data_with_dates_and_sources() -> None:
    undated = []
    for file in resources.files("revcycle.domain.codes").iterdir():
        if not file.name.endswith(".csv"):
            continue
        rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
        dated = all(row.get("effective_from") and date.fromisoformat(row["effective_from"]) for row in rows)
        if not rows or not dated or not all(row.get("source") for row in rows):
            undated.append(file.name)
    assert undated == []


def _lines(data: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    for old, new in changes:
        assert old in data, old
        data = data.replace(old, new, 1)
    return data


PLAIN = write_remittance(ENVELOPE, PAYER, PAYEE, REMITTANCE)
MIA = b"MIA*3**1*400*MA01***********************5~\nMOA*.8*12*MA02~\n"
DIALECTS = {
    "a payer named twice": _lines(PLAIN, (b"N1*PE*", b"N1*PR*GOOD HEALTH AGAIN~\nN3*2 HIGH ST~\nN1*PE*")),
    "no LX": _lines(PLAIN, (b"LX*1~\n", b"")),
    "an LX before each claim": _lines(PLAIN, (b"CLP*PCN2", b"LX*1~\nCLP*PCN2")),
    "an LX that is no number": _lines(PLAIN, (b"LX*1~", b"LX*2026-A~")),
    "summaries": _lines(PLAIN, (b"LX*1~", b"LX*1~\nTS3*1234567893*11*20261231*2*200~\nTS2*5*6~")),
    "MIA and MOA": _lines(PLAIN, (b"SVC*", MIA + b"SVC*")),
    "a corrected patient without a name": _lines(PLAIN, (b"SVC*", b"NM1*74*1******C*NEWID~\nSVC*")),
    "other delimiters": PLAIN.translate(bytes.maketrans(b"*:~^", b"|>!{")),
    "segments that end with their line": PLAIN.replace(b"~\n", b"\n"),
    "carriage returns only": PLAIN.replace(b"~\n", b"~\r"),
    "one long line": PLAIN.replace(b"\n", b""),
    "lower case": PLAIN.lower(),
    "a byte order mark and blank lines": b"\xef\xbb\xbf\r\n\r\n" + PLAIN.replace(b"\n", b"\r\n\r\n"),
    "junk behind the end": PLAIN + b"\x1a\x00\r\n",
    "segments nobody knows": _lines(PLAIN, (b"CLP*PCN2", b"ZZZ*1~\nCLP*PCN2")),
    "letters of another alphabet": _lines(PLAIN, (b"GOOD HEALTH", b"\xc9TOILE SANT\xc9")),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_complaint_24_dialects_of_real_remittances_are_read_to_the_cent(dialect: str) -> None:
    file = read_remittances(DIALECTS[dialect])
    assert file.quarantined == ()
    (read,) = file.remittances
    assert [claim.patient_control_number.upper() for claim in read.claims] == ["PCN1", "PCN2"]
    assert _judged(file) == ()
    assert not blocking((*file.findings, *read.findings))


def _judged(file: RemittanceFile) -> tuple[Any, ...]:
    (read,) = file.remittances
    claims = (finding for claim in read.claims for finding in balance_claim(claim))
    return blocking((*balance_remittance(read, len(file.quarantined)), *claims))


def test_complaint_24_one_bad_claim_is_put_aside_and_the_others_are_read() -> None:
    file = read_remittances(_lines(PLAIN, (b"CLP*PCN1*1*100*70", b"CLP*PCN1*1*100*seventy")))
    (aside,) = file.quarantined
    assert aside.raw.startswith(b"CLP*PCN1")
    assert aside.findings[0].remedy
    assert [claim.patient_control_number for claim in file.remittances[0].claims] == ["PCN2"]


def test_complaint_24_what_is_not_understood_is_named_and_every_claim_balances_alone() -> None:
    data = _lines(PLAIN, (b"CLP*PCN2*1*100", b"ZZZ*1~\nCLP*PCN2*1*101"))
    (read,) = read_remittances(data).remittances
    assert [finding.where for finding in read.findings] == ["ZZZ in segment 23"]
    events = list(x12_835.iter_remittances(data))
    claims = [event for event in events if isinstance(event, ClaimPayment)]
    assert [bool(blocking(balance_claim(claim))) for claim in claims] == [False, True]
