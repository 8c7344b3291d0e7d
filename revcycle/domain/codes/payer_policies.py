"""Payer policies as dated data: defaults by class of payer, and payers whose manual says otherwise.

Where sources give a range, the shorter time to file stands here: an alarm that rings too early costs a look,
one that rings too late costs the claim. A practice's own contract beats every line of this file.
"""

from dataclasses import replace
from datetime import date

from revcycle.domain.exchange.policy import AppealLevel, CorrectionRule, FilingRule, PayerPolicy

_AS_OF = date(2026, 11, 22)
_MEDICARE_CENTS = {2024: 18_000, 2025: 19_000, 2026: 20_000}
_COURT_CENTS = {2024: 184_000, 2025: 190_000, 2026: 196_000}


def _medicare(year: int) -> PayerPolicy:
    levels = (
        AppealLevel(1, "redetermination", "Medicare contractor", 120, 60, mail_presumption_days=5),
        AppealLevel(
            2, "reconsideration", "qualified independent contractor", 180, 60, mail_presumption_days=5
        ),
        AppealLevel(3, "hearing", "administrative law judge", 60, 90, 5, _MEDICARE_CENTS[year], hearing=True),
        AppealLevel(4, "council review", "Medicare Appeals Council", 60, 90, 5, hearing=True),
        AppealLevel(
            5, "judicial review", "federal district court", 60, 365, 5, _COURT_CENTS[year], hearing=True
        ),
    )
    return PayerPolicy(
        policy_id="medicare",
        payer_class="medicare",
        filing_days=365,
        appeal_levels=levels,
        corrected_claim_days=365,
        follow_up_days=(14, 30, 45),
        acknowledgment_business_days=2,
        safety_buffer_days=7,
        source="42 CFR 424.44 (filing), 42 CFR 405 subpart I (appeals), 42 CFR 405.980 (reopening)",
        as_of=_AS_OF,
        effective_from=date(2020 if year == 2024 else year, 1, 1),
        filing_rule=FilingRule.CALENDAR_YEAR,
        correction_rule=CorrectionRule.SERVICE_DATE,
        rolls_to_business_day=True,
        accepts_replacement=False,
        timely_denial_appealable=False,
    )


_COMMERCIAL = PayerPolicy(
    policy_id="commercial",
    payer_class="commercial",
    filing_days=90,
    appeal_levels=(
        AppealLevel(1, "first-level appeal", "plan", 180, 30),
        AppealLevel(2, "second-level appeal", "plan", 60, 30),
        AppealLevel(3, "external review", "independent review organization", 120, 45, hearing=True),
    ),
    corrected_claim_days=180,
    follow_up_days=(21, 30, 45),
    acknowledgment_business_days=2,
    safety_buffer_days=7,
    source="29 CFR 2560.503-1, 45 CFR 147.136; filing limit and second level as commonly contracted",
    as_of=_AS_OF,
    secondary_days=60,
)

_MEDICARE_ADVANTAGE = replace(
    _COMMERCIAL,
    policy_id="medicare_advantage",
    payer_class="medicare_advantage",
    appeal_levels=(
        AppealLevel(1, "plan reconsideration", "plan", 60, 60, mail_presumption_days=5),
        AppealLevel(2, "independent review", "independent review entity", 60, 60),
    ),
    follow_up_days=(21, 35, 50),
    source="42 CFR 422.582, 422.592; filing limit by contract, the shortest common one stands here",
)

_MEDICAID = replace(
    _COMMERCIAL,
    policy_id="medicaid",
    payer_class="medicaid",
    filing_days=365,
    appeal_levels=(
        AppealLevel(1, "request for state review", "state agency", 30, 90),
        AppealLevel(2, "request for a fair hearing", "state hearing office", 90, 90),
    ),
    follow_up_days=(21, 35, 50),
    source="42 CFR 447.45(d)(1), 431.221(d); each state's manual may be shorter",
)

_BLUE_CROSS = replace(
    _COMMERCIAL,
    policy_id="blue_cross",
    payer_class="blue_cross",
    filing_days=180,
    source="29 CFR 2560.503-1; filing limit differs by plan, 180 days is common",
)

_FEDERAL_EMPLOYEE = replace(
    _COMMERCIAL,
    policy_id="federal_employee",
    payer_class="federal_employee",
    filing_days=365,
    filing_rule=FilingRule.END_OF_NEXT_YEAR,
    appeal_levels=(
        AppealLevel(1, "request for reconsideration", "carrier", 180, 30),
        AppealLevel(2, "request for review", "Office of Personnel Management", 90, 60),
    ),
    source="5 CFR 890.105; plan brochures",
)

_TRICARE = replace(
    _COMMERCIAL,
    policy_id="tricare",
    payer_class="tricare",
    filing_days=365,
    filing_rule=FilingRule.CALENDAR_YEAR,
    secondary_days=90,
    appeal_levels=(
        AppealLevel(1, "request for reconsideration", "contractor", 90, 60),
        AppealLevel(2, "request for formal review", "Defense Health Agency", 60, 90),
        AppealLevel(3, "hearing", "hearing officer", 60, 90, minimum_cents=30_000, hearing=True),
    ),
    source="TRICARE Operations Manual ch. 8 s. 3; 32 CFR 199.10",
)

_VETERANS = replace(
    _COMMERCIAL,
    policy_id="veterans",
    payer_class="veterans",
    filing_days=180,
    appeal_levels=(AppealLevel(1, "request for reconsideration", "Veterans Affairs", 90, 60),),
    source="VA community care network manuals",
)

_WORKERS_COMPENSATION = replace(
    _COMMERCIAL,
    policy_id="workers_compensation",
    payer_class="workers_compensation",
    filing_days=95,
    appeal_levels=(AppealLevel(1, "request for second review", "claims administrator", 90, 14),),
    source="shortest of 8 CCR 9792.5.4 (California), Texas 95 days, New York 120 days; look up the state",
)

_AUTO = replace(
    _COMMERCIAL,
    policy_id="auto_no_fault",
    payer_class="auto_no_fault",
    filing_days=35,
    appeal_levels=(AppealLevel(1, "first-level appeal", "insurer", 60, 30),),
    source="shortest of New York 45 days, Florida 35 days; look up the state",
)

BY_CLASS: dict[str, tuple[PayerPolicy, ...]] = {
    "medicare": tuple(_medicare(year) for year in sorted(_MEDICARE_CENTS)),
    "medicare_advantage": (_MEDICARE_ADVANTAGE,),
    "medicaid": (_MEDICAID,),
    "blue_cross": (_BLUE_CROSS,),
    "federal_employee": (_FEDERAL_EMPLOYEE,),
    "tricare": (_TRICARE,),
    "veterans": (_VETERANS,),
    "workers_compensation": (_WORKERS_COMPENSATION,),
    "auto_no_fault": (_AUTO,),
    "commercial": (_COMMERCIAL,),
}
"""Each class's policies, oldest first."""

CLASS_OF_INDICATOR: dict[str, str] = {
    "MA": "medicare",
    "MB": "medicare",
    "16": "medicare_advantage",
    "MC": "medicaid",
    "BL": "blue_cross",
    "FI": "federal_employee",
    "CH": "tricare",
    "VA": "veterans",
    "WC": "workers_compensation",
    "AM": "auto_no_fault",
}
"""Claim filing indicator (SBR09) to class; every other indicator is commercial."""

BY_PAYER: dict[tuple[str, str], tuple[PayerPolicy, ...]] = {
    ("87726", "commercial"): (
        replace(
            _COMMERCIAL,
            policy_id="unitedhealthcare",
            secondary_days=90,
            appeal_levels=(
                AppealLevel(1, "request for reconsideration", "plan", 180, 30),
                AppealLevel(2, "appeal", "plan", 60, 60),
            ),
            source="UnitedHealthcare administrative guide: 90 days in network, both levels within 12 months",
        ),
    ),
    ("60054", "commercial"): (
        replace(
            _COMMERCIAL,
            policy_id="aetna",
            filing_days=120,
            appeal_levels=(
                AppealLevel(1, "request for reconsideration", "plan", 180, 45),
                AppealLevel(2, "appeal", "plan", 60, 90),
            ),
            source="Aetna provider dispute process: 120 days for physicians; state exceptions apply",
        ),
    ),
    ("62308", "commercial"): (
        replace(
            _COMMERCIAL,
            policy_id="cigna",
            appeal_levels=(AppealLevel(1, "payment review", "plan", 180, 60),),
            source="Cigna provider payment review: one level, then arbitration",
        ),
    ),
    ("61101", "commercial"): (
        replace(
            _COMMERCIAL,
            policy_id="humana",
            filing_days=180,
            source="Humana commercial: 180 days for physicians",
        ),
    ),
}
"""Payers whose published manual differs from their class, by payer id and class; oldest first."""
