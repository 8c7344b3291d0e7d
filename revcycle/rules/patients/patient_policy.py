"""Which policy toward patients is in force on a day, with what the law of the patient's state adds to it."""

from dataclasses import replace

from revcycle.domain.patients.patient_policy import PatientPolicy, StateRule

_LENGTHENED = ("referral_days_min", "final_notice_age_days_min", "plan_grace_days")


def within_state_law(policy: PatientPolicy, rule: StateRule | None) -> PatientPolicy:
    """Return the policy with every wait at least as long as the state's law asks; it names the law that changed it."""
    if rule is None:
        return policy
    longer = {
        name: getattr(rule, name) for name in _LENGTHENED if getattr(rule, name) > getattr(policy, name)
    }
    return replace(policy, **longer, state_rule=rule.reference) if longer else policy
