"""Every file written is judged by pyx12, which has the guides' own maps for the 837P, 835, 277CA and 999."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from revcycle.domain.mail.acknowledgment import (
    BatchAcknowledgment,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
)
from revcycle.domain.remittances.remittance import Remittance
from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1
from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from revcycle.edi.remittance_835.x12_835 import write_remittance
from tests.support.edi.acknowledgment_facts import batches, implementations, interchanges
from tests.support.edi.edi_facts import ENVELOPE, PAYEE, PAYER, RECEIVER, SUBMITTER, claims_to_send
from tests.support.edi.remittance_facts import full_remittances

pyx12 = pytest.importorskip("pyx12.x12n_document", reason="pyx12 is not installed")
params = pytest.importorskip("pyx12.params")
FEW = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WAIVED = ("(2200C) missing", "(2000C) missing", "Loop FOOTER exceeded max count")
"""Where pyx12 is stricter than the guides: 2000C and 2200C are situational, and PLB repeats."""


def complaints(data: bytes, path: Path) -> list[str]:
    """Return what pyx12 holds against the file; it reads ASCII only, so accents are dropped first."""
    text = data.decode().translate(str.maketrans("ÉñÜç", "EnUc"))
    file = path / "written.x12"
    file.write_text(text, newline="")
    report = io.StringIO()
    logging.disable(logging.CRITICAL)
    try:
        accepted = pyx12.x12n_document(params.params(), str(file), None, None, None, report)
    finally:
        logging.disable(logging.NOTSET)
    errors = _errors(json.loads(report.getvalue()))
    assert accepted or errors, "pyx12 rejects the file and does not say why"
    return [error for error in errors if not any(waived in error for waived in WAIVED)]


def _errors(report: Any) -> list[str]:
    found: list[str] = []
    if isinstance(report, dict):
        found += map(json.dumps, report.get("errors") or ())
        for value in report.values():
            found += _errors(value)
    elif isinstance(report, list):
        for value in report:
            found += _errors(value)
    return found


@FEW
@given(sends=st.lists(claims_to_send(), min_size=1, max_size=3))
def test_pyx12_takes_the_837p(tmp_path: Path, sends: list[ClaimToSend]) -> None:
    assert complaints(write_claims(ENVELOPE, SUBMITTER, RECEIVER, sends), tmp_path) == []


@FEW
@given(remittance=full_remittances())
def test_pyx12_takes_the_835(tmp_path: Path, remittance: Remittance) -> None:
    assert complaints(write_remittance(ENVELOPE, PAYER, PAYEE, remittance), tmp_path) == []


@FEW
@given(batch=batches)
def test_pyx12_takes_the_277ca(tmp_path: Path, batch: BatchAcknowledgment) -> None:
    assert complaints(x12_277ca.write_batch(ENVELOPE, batch), tmp_path) == []


@FEW
@given(ack=implementations().filter(lambda ack: bool(ack.transactions)))
def test_pyx12_takes_the_999(tmp_path: Path, ack: ImplementationAcknowledgment) -> None:
    assert complaints(x12_999.write_acknowledgment(ENVELOPE, ack), tmp_path) == []


@FEW
@given(ack=interchanges)
def test_pyx12_takes_the_ta1(tmp_path: Path, ack: InterchangeAcknowledgment) -> None:
    assert complaints(x12_ta1.write_acknowledgment(ENVELOPE, ack), tmp_path) == []
