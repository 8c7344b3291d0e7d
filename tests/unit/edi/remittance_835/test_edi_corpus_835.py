"""Remittances that other projects keep as samples: read whole or named, never wrong; dialects and broken ones too."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from revcycle.domain.finding import blocking
from revcycle.domain.remittances.remittance import ClaimPayment, Remittance
from revcycle.edi.remittance_835.x12_835 import RemittanceFile, iter_remittances, read_remittances
from revcycle.rules.remittances.balancing import balance_claim, balance_remittance
from tests.unit.edi.wire.test_edi_corpus import CORPUS, EXPECTED, cents, samples

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no corpus of samples here (set REVCYCLE_CORPUS to its folder)"
)

DIALECTS = ("835-availity-quirk.edi",)
"""Called malformed for its looks; all of it is valid, and all of it is read."""


def remittance_samples() -> list[tuple[Path, dict[str, Any]]]:
    """Samples with an 835 in them and the totals an independent reader counted."""
    found = []
    for sample in samples():
        expected = sample.with_name(sample.name + EXPECTED)
        if expected.exists() and (told := json.loads(expected.read_text())).get("totals", {}).get("n_st"):
            found.append((sample, told["totals"]))
    return found


def counted(file: RemittanceFile) -> dict[str, int]:
    """Count what the independent reader counted; it tells CR and OA apart, we do not."""
    claims = [claim for remittance in file.remittances for claim in remittance.claims]
    told = {
        "n_st": len(file.remittances),
        "n_claims": len(claims),
        "bpr02": sum(remittance.payment_cents for remittance in file.remittances),
        "clp03": sum(claim.charge_cents for claim in claims),
        "clp04": sum(claim.payment_cents for claim in claims),
        "plb": sum(a.amount_cents for r in file.remittances for a in r.provider_adjustments),
    }
    for group in ("CO", "PR", "PI", "OA"):
        told[group.lower()] = sum(
            a.amount_cents for claim in claims for a in claim.all_adjustments if a.group == group
        )
    return told


def judged(file: RemittanceFile) -> list[str]:
    """What stops the money."""
    found = [f for r in file.remittances for f in balance_remittance(r, 0)]
    found += [f for r in file.remittances for claim in r.claims for f in balance_claim(claim)]
    return [finding.code for finding in blocking(tuple(found))]


def test_every_remittance_is_read_to_the_independent_totals_or_put_aside_with_its_reason() -> None:
    exact = aside = 0
    for sample, totals in remittance_samples():
        file = read_remittances(sample.read_bytes())
        wanted = {
            key: value if key.startswith("n_") else cents(value)
            for key, value in totals.items()
            if key in counted(file) and key != "oa"
        }
        wanted["oa"] = cents(totals["oa"]) + cents(totals["cr"])
        if file.quarantined:
            aside += 1
            assert all(part.findings and part.raw for part in file.quarantined), sample.name
            continue
        assert counted(file) == wanted, sample.name
        if not totals["balanced"] or totals["claims_unbalanced"]:
            assert judged(file), sample.name
        exact += 1
    assert exact >= 50
    assert aside <= 5


def test_a_stream_tells_the_same_claims() -> None:
    for sample, _ in remittance_samples():
        data = sample.read_bytes()
        whole = read_remittances(data)
        if whole.quarantined:
            continue
        streamed = list(iter_remittances(io.BytesIO(data)))
        assert [event for event in streamed if isinstance(event, ClaimPayment)] == [
            claim for remittance in whole.remittances for claim in remittance.claims
        ], sample.name
        heads = [event for event in streamed if isinstance(event, Remittance)]
        assert [head.eft_trace_number for head in heads] == [r.eft_trace_number for r in whole.remittances]


def test_every_malformed_remittance_yields_findings() -> None:
    checked = 0
    with (CORPUS / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        rows = [row for row in csv.DictReader(manifest, delimiter="\t") if row["transaction"] == "835"]
    for row in rows:
        if "MALFORMED" not in row["notes"]:
            continue
        file = read_remittances((CORPUS / row["path"]).read_bytes())
        told = [f for r in file.remittances for f in r.findings]
        told += [*file.findings, *(f for part in file.quarantined for f in part.findings)]
        assert told or judged(file) or Path(row["path"]).name in DIALECTS, row["path"]
        assert all(finding.message and finding.remedy for finding in told)
        checked += 1
    assert checked
