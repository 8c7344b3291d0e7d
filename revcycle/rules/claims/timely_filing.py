"""The last days to file a first, corrected or secondary claim or an appeal: received by then, not sent.

Medicare counts a calendar year (February 29 ends on February 28) and moves a last day that is no workday to
the next one; no other payer is trusted to extend (facts: 42 CFR 424.44 and Medicare contractors' pages).
"""

from datetime import date, timedelta

from revcycle.domain.calendar import add_months, next_business_day
from revcycle.domain.claims.claim import Claim
from revcycle.domain.exchange.policy import CorrectionRule, FilingRule, PayerPolicy
from revcycle.domain.finding import Finding

RULE = "timely_filing@1"


class NoSuchLevel(LookupError):
    """The payer's ladder of appeals has no such level."""


def filing_deadline(policy: PayerPolicy, service_date_from: date) -> date:
    """Return the last day on which the payer must have the first claim."""
    if policy.filing_rule is FilingRule.CALENDAR_YEAR:
        return _rolled(policy, add_months(service_date_from, 12))
    if policy.filing_rule is FilingRule.END_OF_NEXT_YEAR:
        return _rolled(policy, date(service_date_from.year + 1, 12, 31))
    return _rolled(policy, service_date_from + timedelta(policy.filing_days))


def corrected_claim_deadline(policy: PayerPolicy, service_date_from: date, remitted_on: date) -> date:
    """Return the last day for a corrected claim, never earlier than that of the first claim.

    ``remitted_on`` is the day of the remittance that shows the claim must be corrected.
    """
    original = filing_deadline(policy, service_date_from)
    if policy.correction_rule is CorrectionRule.SERVICE_DATE:
        return original
    return max(original, _rolled(policy, remitted_on + timedelta(policy.corrected_claim_days)))


def secondary_deadline(policy: PayerPolicy, service_date_from: date, primary_paid_on: date) -> date:
    """Return the last day for a claim to the next payer, which may count from the primary's payment date."""
    if not policy.secondary_days:
        return filing_deadline(policy, service_date_from)
    return _rolled(policy, primary_paid_on + timedelta(policy.secondary_days))


def appeal_deadline(policy: PayerPolicy, level: int, notice_date: date) -> date:
    """Return the day we file by: counted from the notice, with no day for the mail. Raises NoSuchLevel."""
    rung = policy.level(level)
    if rung is None:
        raise NoSuchLevel(f"{policy.policy_id} has no appeal level {level}")
    return notice_date + timedelta(rung.file_days)


def appeal_limit(policy: PayerPolicy, level: int, notice_date: date) -> date:
    """Return the last day allowed, with the days the law presumes for the mail. Raises NoSuchLevel."""
    rung = policy.level(level)
    mail_days = rung.mail_presumption_days if rung else 0
    return appeal_deadline(policy, level, notice_date) + timedelta(mail_days)


def alert_day(policy: PayerPolicy, deadline: date) -> date:
    """Return the day on which somebody must look, ``safety_buffer_days`` before the deadline."""
    return deadline - timedelta(policy.safety_buffer_days)


def late_findings(claim: Claim, file_by: date) -> tuple[Finding, ...]:
    """Return what stops a first claim that comes after its limit: only a reason for the delay lets it go."""
    if claim.delay_reason_code:
        return ()
    message = f"the payer had to have it by {file_by}"
    remedy = "enter the delay reason code (CLM20) that applies, or the date of service if it is wrong"
    return (Finding("timely_filing", "delay_reason_code", message, remedy),)


def _rolled(policy: PayerPolicy, last_day: date) -> date:
    return next_business_day(last_day) if policy.rolls_to_business_day else last_day
