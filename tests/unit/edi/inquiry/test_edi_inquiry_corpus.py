"""Other projects' 270, 271, 276 and 277, where they are at hand: read, named where broken, and written again whole."""

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from revcycle.domain.claims.claim_status import StatusAnswer, StatusInquiry, StatusLevel
from revcycle.domain.claims.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.inquiry.reading import ReadFile
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Party
from revcycle.edi.wire.errors import CannotWrite, NotX12
from tests.support.edi.edi_facts import ENVELOPE, NPI, SUBMITTER

CHECKOUT = Path(__file__).parents[4]
CORPUS = Path(os.environ.get("REVCYCLE_CORPUS") or CHECKOUT.parent / "shared" / "corpus")
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no corpus of samples here (set REVCYCLE_CORPUS to its folder)"
)
READERS: dict[str, Callable[[bytes], ReadFile[Any]]] = {
    "270": x12_270.read,
    "271": x12_271.read,
    "276": x12_276.read,
    "277": x12_277.read,
}
SOUND_AFTER_ALL = (
    "271_rejected_subscriber",
    "270-quirk",
    "271_005010X279A1/subscriber-health-benefit-check-error",
)
"""Samples whose name says edge or error and that are sound: a refusal is a valid answer, a delimiter a choice."""


def samples(kind: str) -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes and notes of every sample of the kind, once."""
    seen = set()
    with (CORPUS / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            if row["transaction"] == kind and row["path"] not in seen:
                seen.add(row["path"])
                yield row["path"], (CORPUS / row["path"]).read_bytes(), row["notes"]


@pytest.mark.parametrize("kind", READERS)
def test_every_sample_gives_facts_or_says_why_not(kind: str) -> None:
    read, checked = READERS[kind], 0
    for name, data, notes in samples(kind):
        try:
            file = read(data)
        except NotX12:
            assert "no-envelope" in notes, name
            continue
        assert file.facts or file.findings, name
        assert all(finding.message and finding.remedy for finding in file.findings), name
        checked += bool(file.facts)
    assert checked >= 6


@pytest.mark.parametrize("kind", READERS)
def test_a_malformed_sample_yields_findings(kind: str) -> None:
    for name, data, notes in samples(kind):
        if "MALFORMED" in notes and not any(part in name for part in SOUND_AFTER_ALL):
            assert READERS[kind](data).findings, name


def test_inquiries_of_others_are_written_again_whole() -> None:
    for name, data, _ in samples("270"):
        inquiries = x12_270.read(data).facts
        for inquiry in inquiries:
            again = x12_270.read_inquiries(x12_270.write_inquiry(ENVELOPE, SUBMITTER, inquiry))
            assert again == (inquiry,), name


def test_answers_of_others_are_written_again_whole() -> None:
    checked = 0
    for name, data, _ in samples("271"):
        for answer in x12_271.read(data).facts:
            if not answer.benefits and not answer.rejections:
                continue
            try:
                written = x12_271.write_answer(ENVELOPE, payer_of(answer), asked_of(answer), answer)
            except CannotWrite:
                assert any(not entity.role for b in answer.benefits for entity in b.entities), name
                continue
            (again,) = x12_271.read_answers(written)
            assert replace(again, trace_number="", dates=()) == replace(answer, trace_number="", dates=()), (
                name
            )
            assert not answer.dates or again.dates == answer.dates, name
            checked += 1
    assert checked > 170


def asked_of(answer: EligibilityAnswer) -> EligibilityInquiry:
    return EligibilityInquiry(
        "", "", NPI, "CLINIC", answer.member_id, "", "", NOT_STATED, ENVELOPE.at.date(), answer.trace_number
    )


def payer_of(answer: EligibilityAnswer | StatusAnswer) -> Party:
    return Party(answer.payer_name, answer.payer_id)


def test_status_inquiries_of_others_are_written_again_whole() -> None:
    checked = 0
    for name, data, _ in samples("276"):
        try:
            inquiries = x12_276.read(data).facts
        except NotX12:
            continue
        for inquiry in inquiries:
            again = x12_276.read_inquiries(x12_276.write_inquiry(ENVELOPE, SUBMITTER, inquiry))
            assert again == (inquiry,), name
            checked += 1
    assert checked > 15


def test_status_answers_of_others_are_written_again_whole() -> None:
    checked = 0
    for name, data, _ in samples("277"):
        for answer in x12_277.read(data).facts:
            asked = StatusInquiry(
                "", "", NPI, "CLINIC", "", "", "", "", NOT_STATED, "U", 0, NOT_STATED, answer.trace_number
            )
            (again,) = x12_277.read_answers(x12_277.write_answer(ENVELOPE, payer_of(answer), asked, answer))
            whole = replace(again, provider_npi=answer.provider_npi)
            assert whole == answer or answer.level is not StatusLevel.CLAIM, name
            checked += 1
    assert checked > 10
