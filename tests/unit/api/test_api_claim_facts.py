"""Whatever a claim says is shown as openapi.json tells it, and nothing of it that names somebody when masked."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from revcycle.api.claims.facts import MASK, claim_facts
from revcycle.api.replies import plain
from revcycle.domain.claims.claim import Claim
from tests.support.answers import DOCUMENT, strict
from tests.support.edi import dental_facts, institutional_facts
from tests.support.edi.professional_facts import full_claims

CLAIMS = st.one_of(full_claims(), institutional_facts.claims(), dental_facts.claims())
CHECKER = Draft202012Validator({"$ref": "#/components/schemas/ClaimFacts"} | strict(DOCUMENT))


def shown(claim: Claim, *, visible: bool) -> Any:
    found = json.loads(json.dumps(claim_facts(claim, visible=visible), default=plain))
    assert not [error.message for error in CHECKER.iter_errors(found)]
    return found


@given(CLAIMS)
@settings(max_examples=60, deadline=None)
def test_every_claim_is_shown_as_told(claim: Claim) -> None:
    whole, masked = shown(claim, visible=True), shown(claim, visible=False)
    assert whole["patient"]["last_name"] == claim.patient.last_name
    assert masked["patient"] == {"full_name": MASK, "birth_date": MASK, "address": MASK}
    assert set(masked) <= set(whole)
    assert "notes" not in masked
    assert all("description" not in line for line in masked["lines"])


@given(CLAIMS)
@settings(max_examples=20, deadline=None)
def test_what_a_claim_does_not_say_is_left_out(claim: Claim) -> None:
    whole = shown(claim, visible=True)
    assert ("stay" in whole) == (claim.stay is not None)
    assert ("references" in whole) == bool(claim.references)
    assert ("patient_is_pregnant" in whole) == claim.patient_is_pregnant
