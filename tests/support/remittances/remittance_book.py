"""A book with charged claims, and remittances to post to it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import URL

from activities.posting import PostingActivities
from activities.reassociation import ReassociationActivities
from activities.remittance import RemittanceActivities
from revcycle.access.keyring import KeyRing
from revcycle.db import ledger, tables
from revcycle.db.claims import claims
from revcycle.db.engine import Database, Tx
from revcycle.db.patients import accounts
from revcycle.db.remittances import remittances
from revcycle.domain.claims.claim import Claim, Coverage, Provider, ServiceLine
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.person import Person
from revcycle.domain.remittances.remittance import (
    Adjustment,
    AdjustmentGroup,
    ClaimPayment,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
SERVICE_DATE = date(2026, 2, 2)
PAYMENT_DATE = date(2026, 3, 2)
PAYERS = {Responsibility.PRIMARY: "PAY01", Responsibility.SECONDARY: "PAY02"}


def open_book(url: str | URL) -> Database:
    """A database with all tables."""
    db = Database(str(url), KeyRing.generate())
    tables.metadata.create_all(db.engine)
    return db


def act(claim_id: str, key: str = "test", at: datetime = AT) -> Act:
    """An act of a claim's own process."""
    return Act(f"{key}:{claim_id}", subjects.claim(claim_id), at)


def claim_facts(number: int, charge_cents: int = 10_000, payers: int = 1) -> Claim:
    """A claim of one line; each number is another patient."""
    patient = Person("DOE", f"JAN{number}", date(1980, 1, 1), "F")
    coverages = tuple(
        Coverage(place, PAYERS[place], "GOOD HEALTH", f"M{number:04d}{place.value}", patient)
        for place in list(Responsibility)[:payers]
    )
    line = ServiceLine(1, "99213", charge_cents, Decimal(1), SERVICE_DATE, (1,))
    return Claim(
        patient_control_number=f"P{number:06d}",
        charge_cents=charge_cents,
        place_of_service="11",
        patient=patient,
        billing_provider=Provider("GOOD CLINIC", "1234567893"),
        coverages=coverages,
        diagnosis_codes=("J069",),
        lines=(line,),
    )


def charge(tx: Tx, facts: Claim, at: datetime = AT) -> str:
    """Put a claim into the database with its charge in the books, as intake does."""
    account_id = accounts.find_or_open(tx, facts.patient, "en", at)
    claim_id = claims.insert(
        tx,
        facts,
        account_id=account_id,
        connection_id="clearinghouse",
        source_document_id="",
        cause="test",
        at=at,
    )
    cents, payer_id = facts.charge_cents, facts.coverages[0].payer_id
    entries = (
        Entry(LedgerAccount.AR_INSURANCE, cents, claim_id, account_id, payer_id),
        Entry(LedgerAccount.CHARGES, -cents, claim_id, account_id, payer_id),
    )
    ledger.post(tx, LedgerTransaction(f"charge:{claim_id}", LedgerKind.CHARGE, entries, at), at)
    return claim_id


def adjustments(**cents: int) -> tuple[Adjustment, ...]:
    """Adjustments by group and reason: ``adjustments(CO_45=3000, PR_1=500)``."""
    return tuple(
        Adjustment(AdjustmentGroup(name.split("_")[0]), name.split("_")[1], amount)
        for name, amount in cents.items()
    )


def payment(facts: Claim, status: str = "1", icn: str = "", **cents: int) -> ClaimPayment:
    """A balanced payment of the claim: what the adjustments leave was paid."""
    return payment_with(facts, cents, status, icn)


def payment_with(facts: Claim, cents: dict[str, int], status: str = "1", icn: str = "") -> ClaimPayment:
    """The same, with the adjustments in a mapping."""
    adjusted = adjustments(**cents)
    paid = facts.charge_cents - sum(one.amount_cents for one in adjusted)
    patient = sum(a.amount_cents for a in adjusted if a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY)
    service = ServicePayment("99213", (), facts.charge_cents, paid, adjusted, SERVICE_DATE)
    return ClaimPayment(
        patient_control_number=facts.patient_control_number,
        status_code=status,
        charge_cents=facts.charge_cents,
        payment_cents=paid,
        patient_responsibility_cents=patient,
        payer_claim_control_number=icn or f"ICN{facts.patient_control_number}",
        services=(service,),
    )


def reversed_(original: ClaimPayment) -> ClaimPayment:
    """The reversal of a payment: CLP02 22, every amount with the other sign."""
    services = tuple(
        replace(
            one,
            charge_cents=-one.charge_cents,
            payment_cents=-one.payment_cents,
            adjustments=tuple(replace(a, amount_cents=-a.amount_cents) for a in one.adjustments),
        )
        for one in original.services
    )
    return replace(
        original,
        status_code="22",
        charge_cents=-original.charge_cents,
        payment_cents=-original.payment_cents,
        patient_responsibility_cents=0,
        services=services,
    )


def remittance(
    trace: str,
    *claims_paid: ClaimPayment,
    provider: tuple[ProviderAdjustment, ...] = (),
    payer_id: str = "PAY01",
    day: date = PAYMENT_DATE,
) -> Remittance:
    """A balanced remittance."""
    total = sum(one.payment_cents for one in claims_paid) - sum(one.amount_cents for one in provider)
    return Remittance(
        payer_id=payer_id,
        payer_name="GOOD HEALTH",
        payee_npi="1234567893",
        eft_trace_number=trace,
        payment_cents=total,
        payment_method="ACH" if total else "NON",
        payment_date=day,
        claims=claims_paid,
        provider_adjustments=provider,
    )


def receive(db: Database, facts: Remittance, at: datetime = AT) -> str | None:
    """Keep a remittance."""
    with db.write() as tx:
        return remittances.receive(tx, "document", facts, at)


def post(db: Database, facts: Remittance, at: datetime = AT) -> str:
    """Receive a remittance and carry it to the bank."""
    remittance_id = receive(db, facts, at)
    assert remittance_id is not None
    carry(db, remittance_id, at)
    return remittance_id


def carry(db: Database, remittance_id: str, at: datetime = AT) -> None:
    """Carry a remittance through its activities as the workflow does, up to the bank."""
    before, posting = RemittanceActivities(db), PostingActivities(db)
    balanced, _ = before.balance_remittance(remittance_act(remittance_id, "balance", at), remittance_id)
    assert balanced.ok
    before.match_remittance(remittance_act(remittance_id, "match", at), remittance_id)
    turn = 0
    while posting.post_chunk(remittance_act(remittance_id, f"post {turn}", at), remittance_id)[0]:
        turn += 1
    posting.post_remainder(remittance_act(remittance_id, "rest", at), remittance_id)
    ReassociationActivities(db).reassociate(remittance_act(remittance_id, "bank", at), remittance_id, "")


def remittance_act(remittance_id: str, name: str, at: datetime = AT) -> Act:
    """An act of a remittance's process."""
    return Act(f"{remittance_id}:{name}", subjects.remittance(remittance_id), at)


def balances(db: Database) -> dict[LedgerAccount, int]:
    """The trial balance without accounts at zero; it must sum to zero."""
    with db.read() as tx:
        trial = ledger.trial_balance(tx)
    assert sum(trial.values()) == 0
    return {account: cents for account, cents in trial.items() if cents}
