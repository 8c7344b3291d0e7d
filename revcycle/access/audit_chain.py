"""The audit chain: each record's seal covers the record and the seal before it, so that a change is found."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

FIRST = ""
"""The seal that stands before the first record."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One audited act: who, which record, when, why, and the outcome.

    ``subject`` is a reference (``claim/C000001``), never a person's data. ``real_at`` is the wall clock at the api,
    ``business_at`` the business time. ``outcome`` is ``done``, ``denied`` or ``failed``.
    """

    seq: int
    practice_id: str
    user_id: str
    role: str
    action: str
    subject: str
    why: str
    outcome: str
    person_read: bool
    real_at: datetime
    business_at: datetime


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A record as kept, with its seal."""

    record: AuditRecord
    seal: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """The result of a check. ``broken_seq`` is the number of the first record that was changed or is missing."""

    records: int
    broken_seq: int | None
    message: str

    @property
    def whole(self) -> bool:
        """True when every record is as it was written and none is missing."""
        return self.broken_seq is None


def digest(previous_seal: str, record: AuditRecord) -> str:
    """Return the SHA-256 over the seal before and every field of the record."""
    fields = asdict(record)
    fields["real_at"], fields["business_at"] = record.real_at.isoformat(), record.business_at.isoformat()
    text = json.dumps([previous_seal, fields], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(kept: Iterable[SealedRecord], last_seq: int, seal: Callable[[str], str]) -> ChainCheck:
    """Walk the chain and stop at the first record that was changed, added or removed.

    ``seal`` is the keyed function that made the seals; ``last_seq`` the number of the newest record
    ever written, which finds a chain whose end was cut off.
    """
    previous, count = FIRST, 0
    for item in kept:
        count += 1
        if item.record.seq != count:
            return ChainCheck(count, count, f"record {count} is missing")
        if seal(digest(previous, item.record)) != item.seal:
            return ChainCheck(count, count, f"record {count} is not what was written")
        previous = item.seal
    if count != last_seq:
        return ChainCheck(count, count + 1, f"records {count + 1} to {last_seq} are missing")
    return ChainCheck(count, None, f"all {count} records are as they were written")
