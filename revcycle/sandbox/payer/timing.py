"""Business hours and delays of the payer; the same claim always gets the same ones."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from revcycle.domain.calendar import add_business_days, next_business_day
from revcycle.sandbox.payer.script import PayerScript, Silence

IMPLEMENTATION_ACKNOWLEDGMENT_AFTER = timedelta(minutes=20)
INTERCHANGE_ACKNOWLEDGMENT_AFTER = timedelta(minutes=5)
_CLAIM_ACKNOWLEDGMENT_AT = time(7, tzinfo=UTC)
_RUN_AT = time(8, tzinfo=UTC)
_DECISION_AT = time(10, tzinfo=UTC)
_DEPOSIT_AT = time(14, tzinfo=UTC)
SILENCE_BROKEN_AFTER_DAYS = 3
OVERTURNED_PAYS_AFTER_BUSINESS_DAYS = 2


def drawn(seed: int, text: str, low: int, high: int) -> int:
    """Return a number from low to high, derived from seed and text alone."""
    digest = hashlib.sha256(f"{seed}|{text}".encode()).digest()
    return low + int.from_bytes(digest[:4], "big") % (high - low + 1)


def claim_acknowledged_at(script: PayerScript, received_at: datetime) -> datetime:
    """Return when the 277CA is ready: the morning of the next business day, or within half an hour."""
    if script.same_day:
        return received_at + timedelta(minutes=30)
    return datetime.combine(add_business_days(received_at.date(), 1), _CLAIM_ACKNOWLEDGMENT_AT)


def run_day(script: PayerScript, key: str, received_on: date) -> date:
    """Return the business day on which the claim is paid, drawn from the script's range of days after receipt."""
    days = drawn(script.seed, f"pay {key}", script.payment_days_min, script.payment_days_max)
    if script.same_day:
        return received_on + timedelta(days)
    return next_business_day(received_on + timedelta(days))


def decision_day(script: PayerScript, appeal_key: str, received_on: date) -> date:
    """Return the business day on which an appeal is decided."""
    days = drawn(script.seed, f"appeal {appeal_key}", script.appeal_days_min, script.appeal_days_max)
    return next_business_day(received_on + timedelta(days))


def deposit_day(seed: int, trace_number: str, paid_on: date) -> date:
    """Return the business day on which the bank credits the payment."""
    return add_business_days(paid_on, drawn(seed, f"deposit {trace_number}", 1, 2))


def remitted_at(script: PayerScript, day: date, now: datetime) -> datetime:
    """Return when the 835 of the day's run is ready: at the run, or two hours after a same-day claim came."""
    return now + timedelta(hours=2) if script.same_day else run_at(day)


def run_at(day: date) -> datetime:
    """Return the instant of the day's payment run."""
    return datetime.combine(day, _RUN_AT)


def decided_at(day: date) -> datetime:
    """Return the instant at which the day's appeal decisions go out."""
    return datetime.combine(day, _DECISION_AT)


def deposited_at(day: date) -> datetime:
    """Return the instant at which the bank's file of the day is ready."""
    return datetime.combine(day, _DEPOSIT_AT)


def after_silence(silences: Sequence[Silence], due_at: datetime) -> datetime:
    """Return when an item due then comes: at once, or on the morning after the silence around it."""
    for silence in silences:
        end = silence.first_day + timedelta(silence.days)
        if silence.first_day <= due_at.date() < end:
            due_at = datetime.combine(end, _CLAIM_ACKNOWLEDGMENT_AT)
    return due_at
