"""Intake: an 837 file in, claims in the database, each with its charge booked and its workflow rung."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Database, Tx
from revcycle.db.mail import documents, quarantine
from revcycle.db.patients import accounts
from revcycle.db.practice import policies
from revcycle.db.work import deadlines, doorbell
from revcycle.domain.claims.claim import Claim
from revcycle.domain.codes.payer_classes import payer_class
from revcycle.domain.decision import Decision
from revcycle.domain.finding import Finding
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerTransaction
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import ClaimStart
from revcycle.edi.claim_837 import x12_837
from revcycle.edi.claim_837.x12_837 import ReadClaim
from revcycle.edi.wire.envelope import NotX12, Quarantined
from revcycle.rules.claims.intake import no_claim
from revcycle.rules.claims.registration import guarantor_of
from revcycle.rules.claims.timely_filing import filing_deadline
from revcycle.temporal import names

RULE = "intake@1"
CONNECTION = "clearinghouse"
"""Where a claim goes whose payer the directory does not know."""
TIMELY_FILING = "timely filing"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class PutAside:
    """One part of the file in quarantine: its number there, where it stood, and what is wrong with it."""

    quarantine_id: int
    position: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file. ``duplicates`` are claims that were here before, by their id here."""

    document_id: str
    accepted: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    quarantined: tuple[PutAside, ...] = ()
    findings: tuple[Finding, ...] = ()
    already_imported: bool = False


def import_837(db: Database, data: bytes, source: str, at: datetime, actor: str) -> ImportReport:
    """Import a claim file. One bad claim never stops the file; the same file again changes nothing.

    ``source`` says where it came from (``upload``), ``actor`` who brought it. Raises nothing anticipated: a
    file that is no X12 at all is quarantined whole and reported as a finding.
    """
    with db.write() as tx:
        if documents.exists(tx, documents.document_id(data)):
            return ImportReport(documents.document_id(data), already_imported=True)
        document_id = documents.store(tx, "837", data, source, at)
        try:
            file = x12_837.read_claims(data)
        except NotX12 as error:
            number = quarantine.put(tx, document_id, "837", 0, data, (error.finding,), at)
            aside = PutAside(number, 0, (error.finding,))
            return ImportReport(document_id, quarantined=(aside,), findings=(error.finding,))
        accepted: list[str] = []
        duplicates: list[str] = []
        taken, no_claims = _parted(file.claims)
        for read in taken:
            try:
                accepted.append(_take_in(tx, read.claim, document_id, at, actor))
            except claims.DuplicateClaim as duplicate:
                duplicates.append(duplicate.claim_id)
        put_aside = tuple(_put_aside(tx, document_id, part, at) for part in (*file.quarantined, *no_claims))
        return ImportReport(document_id, tuple(accepted), tuple(duplicates), put_aside, file.findings)


def _parted(found: tuple[ReadClaim, ...]) -> tuple[list[ReadClaim], list[Quarantined]]:
    """Part what is a claim from what is none."""
    taken: list[ReadClaim] = []
    aside: list[Quarantined] = []
    for read in found:
        finding = no_claim(read.claim, read.position)
        if finding is None:
            taken.append(read)
        else:
            aside.append(Quarantined(read.position, read.raw, (finding,)))
    return taken, aside


def _put_aside(tx: Tx, document_id: str, part: Quarantined, at: datetime) -> PutAside:
    number = quarantine.put(tx, document_id, "837", part.position, part.raw, part.findings, at)
    return PutAside(number, part.position, part.findings)


def _take_in(tx: Tx, read: Claim, document_id: str, at: datetime, actor: str) -> str:
    claim = _ours(read)
    account_id = accounts.find_or_open(tx, guarantor_of(claim, at.date()), claim.language, at)
    claim_id = claims.insert(
        tx,
        claim,
        account_id=account_id,
        connection_id=CONNECTION,
        source_document_id=document_id,
        cause="imported from an 837 file",
        at=at,
    )
    _book_charge(tx, claim_id, account_id, claim, at)
    first = claim.coverages[0]
    policy = policies.payer_policy(tx, first.claim_filing_indicator, first.payer_id, claim.service_date_from)
    last_day = filing_deadline(policy, claim.service_date_from)
    deadlines.arm(tx, subjects.claim(claim_id), TIMELY_FILING, datetime.combine(last_day, time.max, UTC), at)
    decisions.record(
        tx,
        Decision(
            key=f"intake:{claim_id}",
            subject=subjects.claim(claim_id),
            rule=RULE,
            outcome="taken_in",
            reason=f"Imported from an 837 file; the payer must have it by {last_day}.",
            actor=actor,
            occurred_at=at,
            recorded_at=at,
            policy=policy.reference,
            facts={"document": document_id[:12]},
        ),
    )
    attributes = {
        "ClaimStage": "ready_to_bill",
        "PayerClass": payer_class(first.claim_filing_indicator),
        "OwnerClass": "payer",
        "AmountBand": names.amount_band(claim.charge_cents),
    }
    doorbell.wake(tx, ClaimStart(claim_id), attributes)
    return claim_id


def _ours(read: Claim) -> Claim:
    """Give the claim control numbers of ours: unique, short, and with nobody's identity in them."""
    number = "P" + "".join(secrets.choice(_ALPHABET) for _ in range(11))
    lines = tuple(
        replace(line, line_item_control_number=f"{number}-{line.line_number}") for line in read.lines
    )
    return replace(
        read, patient_control_number=number, source_control_number=read.patient_control_number, lines=lines
    )


def _book_charge(tx: Tx, claim_id: str, account_id: str, claim: Claim, at: datetime) -> None:
    payer_id = claim.coverages[0].payer_id
    entries = (
        Entry(LedgerAccount.AR_INSURANCE, claim.charge_cents, claim_id, account_id, payer_id),
        Entry(LedgerAccount.CHARGES, -claim.charge_cents, claim_id, account_id, payer_id),
    )
    ledger.post(tx, LedgerTransaction(f"charge:{claim_id}", "charge", entries, at), at)
