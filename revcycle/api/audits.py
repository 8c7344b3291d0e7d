"""The audit log: read it, and verify that nobody changed it."""

from typing import Any

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.guard import Endpoint
from revcycle.db.practice import audit, users


def list_records(call: Call) -> dict[str, Any]:
    """Return records, the newest first."""
    with call.office.db.read() as tx:
        records = audit.find(
            tx,
            user_id=call.query.get("user", ""),
            subject=call.query.get("subject", ""),
            persons_only=bool(call.query.get("persons")),
            before=call.number("before", 0, 2**31),
            limit=call.number("limit", 100, 10_000),
        )
        if not records and call.query.get("user"):
            users.load(tx, call.query["user"])
    return {"records": records}


def verify(call: Call) -> dict[str, Any]:
    """Check the whole chain."""
    with call.office.db.read() as tx:
        check = audit.check(tx)
    return {
        "whole": check.whole,
        "records": check.records,
        "broken_seq": check.broken_seq,
        "message": check.message,
    }


ENDPOINTS = (
    Endpoint("GET", "/audit", list_records, Permission.AUDIT_READ, "audit.list", "audit", audited=True),
    Endpoint("GET", "/audit/verify", verify, Permission.AUDIT_READ, "audit.verify", "audit", audited=True),
)
