"""Which policy toward patients is in force on a day."""

from datetime import date

from revcycle.domain.codes.patient_policies import PATIENT_POLICIES
from revcycle.domain.patients.patient_policy import PatientPolicy


def patient_policy_for(on: date) -> PatientPolicy:
    """Return the policy in force; before the first dated one, the first one holds."""
    in_force = [policy for policy in PATIENT_POLICIES if policy.effective_from <= on]
    return in_force[-1] if in_force else PATIENT_POLICIES[0]
