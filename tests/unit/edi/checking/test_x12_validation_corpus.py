"""Samples of other projects under every check: nothing stops it, and every malformed one yields findings."""

import csv
from datetime import UTC, datetime

import pytest

from revcycle.cli.x12.checks import check
from revcycle.domain.codes.findings import finding_rule
from revcycle.edi.acknowledgment import x12_999
from revcycle.edi.checking.acknowledging import write_acknowledgments
from revcycle.edi.wire.errors import CannotWrite
from tests.unit.edi.wire.test_edi_corpus import CORPUS, samples

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no corpus of samples here (set REVCYCLE_CORPUS to its folder)"
)
AT = datetime(2026, 1, 6, tzinfo=UTC)
ANSWERS = ("997", "TA1")
"""Called malformed for what they answer: the answers themselves are sound."""


def test_every_sample_is_judged_and_its_findings_are_in_the_catalogue() -> None:
    unanswerable = 0
    for sample in samples():
        with sample.open("rb") as source:
            done = check(source, maps=False, progress=lambda _: None)
        assert all(finding_rule(f.code) and f.message and f.remedy and f.where for f in done.findings)
        try:
            data = write_acknowledgments(done.validation, done.findings, 1, AT)
        except CannotWrite:
            unanswerable += 1
            continue
        if data:
            assert x12_999.read_acknowledgment_file(data).findings == ()
    assert unanswerable < 10


def test_every_malformed_sample_yields_findings() -> None:
    with (CORPUS / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        rows = [row for row in csv.DictReader(manifest, delimiter="\t") if "MALFORMED" in row["notes"]]
    assert len(rows) > 30
    for row in rows:
        with (CORPUS / row["path"]).open("rb") as source:
            done = check(source, maps=False, progress=lambda _: None)
        assert done.findings or row["transaction"] in ANSWERS, row["path"]
