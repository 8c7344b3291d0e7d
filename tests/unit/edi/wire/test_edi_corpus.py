"""Other projects' samples, where they are at hand: no reader falls over, and totals are those counted elsewhere."""

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1
from revcycle.edi.claim_837 import x12_837
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.remittance_835 import x12_835
from revcycle.edi.wire.envelope import NotX12, sniff

CHECKOUT = Path(__file__).parents[4]
CORPUS = Path(os.environ.get("REVCYCLE_CORPUS") or CHECKOUT.parent / "shared" / "corpus")
EXPECTED = ".expected.json"
PUT_ASIDE = {  # it has X instead of amounts
    "exhaustive_sample.txt": "PLB08 in segment 51",
}
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no corpus of samples here (set REVCYCLE_CORPUS to its folder)"
)
READERS: tuple[Callable[[bytes], object], ...] = (
    sniff,
    x12_270.read_inquiries,
    x12_271.read_answers,
    x12_276.read_inquiries,
    x12_277.read_answers,
    x12_277ca.read_acknowledgments,
    x12_835.read_remittances,
    x12_837.read_claims,
    x12_999.read_acknowledgments,
    x12_ta1.read_acknowledgments,
)


def samples() -> list[Path]:
    kinds = (".json", ".tsv", ".md")
    return sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix not in kinds)


def expectations(kind: str) -> list[tuple[Path, dict[str, Any]]]:
    """Samples with independent totals that sniff as the kind and that the totals call clean."""
    found = []
    for sample in samples():
        expected = sample.with_name(sample.name + EXPECTED)
        if expected.exists() and _kind(sample.read_bytes()) == kind:
            found.append((sample, json.loads(expected.read_text())))
    return found


def _kind(data: bytes) -> str:
    try:
        return sniff(data)
    except NotX12:
        return ""


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def test_no_reader_falls_over_any_sample() -> None:
    refusals: list[NotX12] = []
    for sample in samples():
        data = sample.read_bytes()
        for read in READERS:
            try:
                read(data)
            except NotX12 as refused:
                refusals.append(refused)
    assert all(refused.finding.remedy for refused in refusals)


def test_balanced_remittances_have_the_totals_counted_independently() -> None:
    checked = 0
    for sample, expected in expectations("835"):
        totals = expected["totals"]
        if not totals["balanced"] or totals["claims_unbalanced"]:
            continue
        file = x12_835.read_remittances(sample.read_bytes())
        if sample.name in PUT_ASIDE:
            assert [aside.findings[0].where for aside in file.quarantined] == [PUT_ASIDE[sample.name]]
            continue
        claims = [claim for remittance in file.remittances for claim in remittance.claims]
        adjustments = [a for remittance in file.remittances for a in remittance.provider_adjustments]
        read = {
            "n_st": len(file.remittances),
            "n_claims": len(claims),
            "bpr02": sum(remittance.payment_cents for remittance in file.remittances),
            "clp03": sum(claim.charge_cents for claim in claims),
            "clp04": sum(claim.payment_cents for claim in claims),
            "plb": sum(adjustment.amount_cents for adjustment in adjustments),
        }
        for group in ("CO", "PR", "PI"):
            read[group.lower()] = sum(
                a.amount_cents for claim in claims for a in claim.all_adjustments if a.group == group
            )
        wanted = {key: totals[key] if key.startswith("n_") else cents(totals[key]) for key in read}
        assert read == wanted, sample.name
        checked += 1
    assert checked > 30


def test_claims_read_are_the_claims_counted_independently() -> None:
    checked = 0
    for sample, expected in expectations("837P"):
        file = x12_837.read_claims(sample.read_bytes())
        if "n_claims" not in expected:
            continue
        assert len(file.claims) + len(file.quarantined) == expected["n_claims"], sample.name
        wanted = {claim["claim"]: claim for claim in expected["claims"]}
        for read in file.claims:
            claim = wanted[read.claim.patient_control_number]
            assert read.claim.charge_cents == cents(claim["charge"]), sample.name
            if len(wanted) == expected["n_claims"]:
                assert [line.charge_cents for line in read.claim.lines] == [cents(c) for c in claim["lines"]]
        checked += len(file.claims)
    assert checked > 80
