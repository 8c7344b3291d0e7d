"""The payer's only clock: the latest HTTP Date header it has seen."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read_date(header: str | None) -> datetime | None:
    """Return the instant of an HTTP Date header (RFC 9110), None when it is missing or malformed."""
    if not header:
        return None
    try:
        told = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
