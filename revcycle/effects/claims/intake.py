"""Intake: an 837 file in, claims in the database, each with its charge booked and its workflow rung."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Database, Tx
from revcycle.db.mail import documents, quarantine
from revcycle.db.patients import accounts
from revcycle.db.work import clocks, doorbell
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.claims.stage import STAGES
from revcycle.domain.codes.payer_classes import payer_class
from revcycle.domain.finding import Finding
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.starts import ClaimStart
from revcycle.edi.claim_837 import x12_837
from revcycle.edi.claim_837.x12_837 import ReadClaim
from revcycle.edi.wire.envelope import NotX12, Quarantined
from revcycle.effects.claims.payer_clocks import end_of, policy_of
from revcycle.rules.claims.intake import as_ours, no_claim, unkept_payments
from revcycle.rules.claims.registration import guarantor_of
from revcycle.rules.claims.timely_filing import last_day_to_file
from revcycle.rules.remittances.posting import ClaimContext, post_payment
from revcycle.temporal import names

RULE = "intake@1"
CONNECTION = "clearinghouse"
"""Where a claim goes whose payer the directory does not know."""
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
                accepted.append(_take_in(tx, read, document_id, at, actor))
            except claims.DuplicateClaim as duplicate:
                duplicates.append(duplicate.claim_id)
        put_aside = tuple(_put_aside(tx, document_id, part, at) for part in (*file.quarantined, *no_claims))
        return ImportReport(document_id, tuple(accepted), tuple(duplicates), put_aside, file.findings)


def _parted(found: tuple[ReadClaim, ...]) -> tuple[list[ReadClaim], list[Quarantined]]:
    """Part what is a claim from what is none."""
    taken: list[ReadClaim] = []
    aside: list[Quarantined] = []
    for read in found:
        finding = no_claim(read.claim, read.position) or unkept_payments(
            read.claim, read.prior_payments, read.position
        )
        if finding is None:
            taken.append(read)
        else:
            aside.append(Quarantined(read.position, read.raw, (finding,)))
    return taken, aside


def _put_aside(tx: Tx, document_id: str, part: Quarantined, at: datetime) -> PutAside:
    number = quarantine.put(tx, document_id, "837", part.position, part.raw, part.findings, at)
    return PutAside(number, part.position, part.findings)


def _take_in(tx: Tx, read: ReadClaim, document_id: str, at: datetime, actor: str) -> str:
    """Take a claim in as the file tells it: who is asked to pay, and what the payers before paid."""
    claim, asked = as_ours(read.claim, _number(), read.prior_payments), read.responsibility
    account_id = accounts.find_or_open(tx, guarantor_of(claim, at.date()), claim.language, at)
    claim_id = claims.insert(
        tx,
        claim,
        account_id=account_id,
        connection_id=CONNECTION,
        source_document_id=document_id,
        cause="imported from an 837 file",
        at=at,
        asked=asked,
    )
    row = claims.load(tx, claim_id)
    act = Act(f"intake:{claim_id}", subjects.claim(claim_id), at)
    _book(tx, row, claim, at)
    policy = policy_of(tx, row)
    last_day = last_day_to_file(policy, claim)
    clocks.arm(tx, act, ClockName.TIMELY_FILING, end_of(last_day))
    place = "" if asked is Responsibility.PRIMARY else f" It is asked as payer {asked.value} in line."
    reason = f"Imported from an 837 file; the payer must have it by {last_day}.{place}"
    decisions.decide(
        tx,
        act,
        RULE,
        "taken_in",
        reason,
        actor=actor,
        policy=policy.reference,
        facts={"document": document_id[:12]},
    )
    attributes = {
        names.CLAIM_STAGE.name: row.stage.value,
        names.PAYER_CLASS.name: payer_class(row.filing_indicator),
        names.OWNER_CLASS.name: STAGES[row.stage].waits_for,
        names.AMOUNT_BAND.name: names.amount_band(claim.charge_cents),
    }
    doorbell.wake(tx, ClaimStart(claim_id, clocks=clocks.armed(tx, act.subject)), attributes)
    return claim_id


def _number() -> str:
    """Return a patient control number of ours: unique, short, and with nobody's identity in it."""
    return "P" + "".join(secrets.choice(_ALPHABET) for _ in range(11))


def _book(tx: Tx, row: ClaimRow, claim: Claim, at: datetime) -> None:
    """Book the charge, and off it what payers had paid and taken off before the claim came to us."""
    told = (row.claim_id, row.account_id, row.payer_id)
    entries = (
        Entry(LedgerAccount.AR_INSURANCE, claim.charge_cents, *told),
        Entry(LedgerAccount.CHARGES, -claim.charge_cents, *told),
    )
    ledger.post(tx, LedgerTransaction(f"charge:{row.claim_id}", LedgerKind.CHARGE, entries, at), at)
    open_cents = claim.charge_cents
    for number, prior in enumerate(claim.prior_payments, start=1):
        payer = next(
            (one for one in claim.coverages if one.responsibility is prior.responsibility), claim.coverages[0]
        )
        context = ClaimContext(
            claim_id=row.claim_id,
            account_id=row.account_id,
            payer_id=prior.payer_id or payer.payer_id,
            remittance_id="",
            open_cents=open_cents,
            further_payer=True,
            paid_on=prior.paid_on,
            source=LedgerAccount.PRIOR_PAYMENT,
        )
        posted = post_payment(prior.payment, context).entries
        if posted:
            key = f"prior:{row.claim_id}:{number}"
            ledger.post(tx, LedgerTransaction(key, LedgerKind.PRIOR_PAYMENT, posted, at), at)
            open_cents += sum(e.amount_cents for e in posted if e.account is LedgerAccount.AR_INSURANCE)
