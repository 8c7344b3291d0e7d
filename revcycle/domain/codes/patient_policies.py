"""Policies toward patients who owe, oldest first. A practice's own policy replaces the default.

The ladder's days are the practice's choice inside these limits: no referral before 120 days from the first
bill and 30 days' written notice (26 CFR 1.501(r)-6, which we hold for every account); a plan of more than
four payments is credit under Regulation Z (12 CFR 1026.2(a)(17)) and needs an agreement counsel has checked; a
patient's credit goes back within 30 days. Some states want longer waits (180 days in California and New
York): raise the number.
"""

from datetime import date

from revcycle.domain.patients.patient_policy import PatientPolicy

PATIENT_POLICIES: tuple[PatientPolicy, ...] = (
    PatientPolicy(
        policy_id="patients-default-2026",
        effective_from=date(2024, 1, 1),
        source="26 CFR 1.501(r)-4, -6; 12 CFR 1026.2(a)(17); 42 CFR 413.89; practice policy",
        as_of=date(2026, 11, 22),
        small_balance_cents=500,
        gathering_days=5,
        payment_due_days=30,
        reminder_days=30,
        past_due_days=60,
        final_notice_days=90,
        referral_days_min=120,
        final_notice_age_days_min=30,
        referral_contacts_min=3,
        referral_decision_days=10,
        letter_slack_days=5,
        plan_installments_max=4,
        plan_installments_counsel_max=36,
        plan_first_due_days_max=45,
        plan_interval_days_max=31,
        plan_grace_days=10,
        dispute_days=30,
        assistance_days=14,
        write_off_days=14,
        credit_days=30,
        review_days=30,
        charity_scale=((200, 100), (250, 75), (300, 50), (400, 25)),
    ),
)
