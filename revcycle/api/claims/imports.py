"""Claim files coming in (837): taken in, or only looked at."""

from dataclasses import dataclass

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode, bad_input
from revcycle.api.guard import Endpoint
from revcycle.db.mail import documents
from revcycle.domain.finding import Finding
from revcycle.edi.claim_837.x12_837 import read_claims
from revcycle.edi.wire.envelope import NotX12, sniff
from revcycle.effects.claims.intake import ImportReport, import_837


@dataclass(frozen=True, slots=True)
class PartFound:
    """A part of a file that cannot be used: the position of its first segment, and why."""

    position: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class FileChecked:
    """What a file holds that was only looked at."""

    already_imported: bool
    readable: int
    quarantined: tuple[PartFound, ...]
    findings: tuple[Finding, ...]


def import_claims(call: Call, file: bytes) -> ImportReport:
    """Import an 837P file: what is good goes on, what is bad is put aside and told."""
    if not file:
        raise bad_input("the file is empty", "file", "send the bytes of an 837P file")
    _refuse_other_kinds(file)
    return import_837(call.office.db, file, "upload", call.at, call.actor)


def check_claims(call: Call, file: bytes) -> FileChecked:
    """Read a file and say what would be put aside; nothing is kept."""
    _refuse_other_kinds(file)
    with call.office.db.read() as tx:
        known = documents.exists(tx, documents.document_id(file))
    try:
        found = read_claims(file)
    except NotX12 as error:
        return FileChecked(known, 0, (PartFound(0, (error.finding,)),), ())
    aside = tuple(PartFound(part.position, part.findings) for part in found.quarantined)
    return FileChecked(known, len(found.claims), aside, found.findings)


def _refuse_other_kinds(file: bytes) -> None:
    """Refuse a whole file of another kind, which would else be 0 claims and no complaint. Raises Refusal."""
    try:
        if sniff(file).startswith("837"):
            return
        found = read_claims(file)
    except NotX12:
        return  # kept in quarantine, with its finding
    if not found.claims and not found.quarantined:
        raise wrong_kind(file, "claim (837)")


def wrong_kind(file: bytes, wanted: str) -> Refusal:
    """Return the refusal of a file that holds nothing of the kind asked for, with the command that takes it."""
    kind = sniff(file)
    command = next((verb for begins, verb in _TAKEN_BY.items() if kind.startswith(begins)), "")
    remedy = f"take it in with `{command}`" if command else "see what it is with `revcycle x12 inspect`"
    return Refusal(
        RefusalCode.WRONG_KIND, f"the file holds no {wanted}; it is a {kind}", where="ST01", remedy=remedy
    )


_TAKEN_BY = {"837": "revcycle claim import", "835": "revcycle remittance import"}
ENDPOINTS = (
    Endpoint("POST", "/claims/import", import_claims, Permission.CLAIM_IMPORT, "claim.import", "claims"),
    Endpoint("POST", "/claims/check", check_claims, Permission.CLAIM_IMPORT, "claim.check", "claims"),
)
