"""The audit log: read it, and verify that nobody changed it."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from revcycle.access.audit_chain import AuditRecord
from revcycle.access.roles import Permission
from revcycle.api.asked import Flag, ListLimit
from revcycle.api.call import Call
from revcycle.api.guard import Endpoint
from revcycle.db.practice import audit, users


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which records: a user's, about a subject, only looks at persons; ``before`` pages on."""

    user: str = ""
    subject: str = ""
    persons: Flag = ""
    before: Annotated[int, Meta(ge=0, le=2**31, description="a record's number, to go on before it")] = 0
    limit: ListLimit = 100


@dataclass(frozen=True, slots=True)
class AuditRecords:
    """Records of the audit log, the newest first."""

    records: tuple[AuditRecord, ...]


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """Whether the chain of records is whole, and where it breaks."""

    whole: bool
    records: int
    broken_seq: int | None
    message: str


def list_records(call: Call, query: AuditQuery) -> AuditRecords:
    """Return records, the newest first."""
    with call.office.db.read() as tx:
        records = audit.find(
            tx,
            user_id=query.user,
            subject=query.subject,
            persons_only=bool(query.persons),
            before=query.before,
            limit=query.limit,
        )
        if not records and query.user:
            users.load(tx, query.user)
    return AuditRecords(records)


def verify(call: Call) -> AuditCheck:
    """Check the whole chain."""
    with call.office.db.read() as tx:
        check = audit.check(tx)
    return AuditCheck(check.whole, check.records, check.broken_seq, check.message)


ENDPOINTS = (
    Endpoint("GET", "/audit", list_records, Permission.AUDIT_READ, "audit.list", "audit", audited=True),
    Endpoint("GET", "/audit/verify", verify, Permission.AUDIT_READ, "audit.verify", "audit", audited=True),
)
