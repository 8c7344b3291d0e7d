"""The published policies, for tests of rules that take one."""

from datetime import date

from revcycle.db.practice.policies import published
from revcycle.domain.codes.payer_classes import payer_class
from revcycle.domain.exchange.policy import PayerPolicy, class_scope, payer_scope
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.poverty_guideline import PovertyGuideline
from revcycle.rules.dated_policy import in_force
from revcycle.rules.exchange.payer_policy import payer_policy_for

PAYER_POLICIES = tuple(row for row in published() if isinstance(row, PayerPolicy))


def policy_for(filing_indicator: str, payer_id: str, on: date) -> PayerPolicy:
    """Return the published policy of a payer."""
    of_plan = payer_class(filing_indicator)
    scopes = (class_scope(of_plan), payer_scope(payer_id, of_plan))
    return payer_policy_for((row for row in PAYER_POLICIES if row.scope in scopes), on)


def patient_policy_for(on: date) -> PatientPolicy:
    """Return the published policy toward patients."""
    found = in_force((row for row in published() if isinstance(row, PatientPolicy)), on)
    assert found is not None
    return found


def guideline(on: date) -> PovertyGuideline:
    """Return the published poverty guideline."""
    found = in_force((row for row in published() if isinstance(row, PovertyGuideline)), on)
    assert found is not None
    return found
