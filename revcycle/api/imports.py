"""Files coming in: claims (837P), and what lies in quarantine."""

from typing import Any

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.replies import Download
from revcycle.db.mail import documents, quarantine
from revcycle.edi.claim_837.x12_837 import read_claims
from revcycle.edi.wire.envelope import NotX12, sniff
from revcycle.effects.claims.intake import import_837

_TAKEN_BY = {"837": "revcycle claim import", "835": "revcycle remittance import"}


def import_claims(call: Call) -> dict[str, Any]:
    """Import an 837P file: what is good goes on, what is bad is put aside and told."""
    if not call.body:
        raise bad_input("the file is empty", "file", "send the bytes of an 837P file")
    _refuse_other_kinds(call.body)
    return report(import_837(call.office.db, call.body, "upload", call.at, call.actor))


def check_claims(call: Call) -> dict[str, Any]:
    """Read a file and say what would be put aside; nothing is kept."""
    _refuse_other_kinds(call.body)
    with call.office.db.read() as tx:
        known = documents.exists(tx, documents.document_id(call.body))
    answer: dict[str, Any] = {"already_imported": known, "readable": 0, "quarantined": [], "findings": []}
    try:
        file = read_claims(call.body)
    except NotX12 as error:
        return answer | {"quarantined": [{"position": 0, "findings": [error.finding]}]}
    aside = [{"position": part.position, "findings": part.findings} for part in file.quarantined]
    return answer | {"readable": len(file.claims), "quarantined": aside, "findings": file.findings}


def _refuse_other_kinds(body: bytes) -> None:
    """Refuse a whole file of another kind, which would else be 0 claims and no complaint. Raises Refusal."""
    try:
        if sniff(body).startswith("837"):
            return
        file = read_claims(body)
    except NotX12:
        return  # kept in quarantine, with its finding
    if not file.claims and not file.quarantined:
        raise wrong_kind(body, "claim (837)")


def wrong_kind(body: bytes, wanted: str) -> Refusal:
    """Return the refusal of a file that holds nothing of the kind asked for, with the command that takes it."""
    kind = sniff(body)
    command = next((verb for begins, verb in _TAKEN_BY.items() if kind.startswith(begins)), "")
    remedy = f"take it in with `{command}`" if command else "see what it is with `revcycle x12 inspect`"
    return Refusal(
        422, "wrong_kind", f"the file holds no {wanted}; it is a {kind}", where="ST01", remedy=remedy
    )


def report(imported: Any) -> dict[str, Any]:
    """Write what became of a file."""
    return {
        "document_id": imported.document_id,
        "already_imported": imported.already_imported,
        "accepted": imported.accepted,
        "duplicates": imported.duplicates,
        "quarantined": [
            {"quarantine_id": part.quarantine_id, "position": part.position, "findings": part.findings}
            for part in imported.quarantined
        ],
        "findings": imported.findings,
    }


def list_quarantine(call: Call) -> dict[str, Any]:
    """Return what was put aside and why; the raw bytes by number."""
    with call.office.db.read() as tx:
        return {"quarantine": quarantine.list_(tx, open_only=not call.query.get("all"))}


def raw(call: Call) -> Download:
    """Return the raw bytes of one part: they hold whatever person the file was about."""
    number = _number(call)
    with call.office.db.read() as tx:
        content = quarantine.raw(tx, number)
    call.shows(f"quarantine/{number}")
    return Download(content, "application/edi-x12", f"quarantine-{number}.x12")


def resolve(call: Call) -> dict[str, Any]:
    """Mark a part as dealt with."""
    number = _number(call)
    with call.office.db.write() as tx:
        quarantine.resolve(tx, number)
    return {"quarantine_id": number, "state": "resolved"}


def _number(call: Call) -> int:
    text = call.path["quarantine_id"]
    if not text.isdecimal():
        raise bad_input(
            "not a number of the quarantine list", "quarantine_id", "see `revcycle claim quarantine`"
        )
    return int(text)


_SUBJECT = "quarantine/{quarantine_id}"
ENDPOINTS = (
    Endpoint("POST", "/claims/import", import_claims, Permission.CLAIM_IMPORT, "claim.import", "claims"),
    Endpoint("POST", "/claims/check", check_claims, Permission.CLAIM_IMPORT, "claim.check", "claims"),
    Endpoint("GET", "/quarantine", list_quarantine, Permission.CLAIM_READ, "claim.quarantine", "quarantine"),
    Endpoint(
        "GET",
        "/quarantine/{quarantine_id}/raw",
        raw,
        Permission.PERSON_READ,
        "claim.quarantine_raw",
        _SUBJECT,
    ),
    Endpoint(
        "POST",
        "/quarantine/{quarantine_id}/resolve",
        resolve,
        Permission.CLAIM_CORRECT,
        "claim.quarantine_resolve",
        _SUBJECT,
    ),
)
