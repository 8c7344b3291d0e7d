"""The contact log: every letter released to a guarantor and every call, append-only."""

from datetime import date

from sqlalchemy import Column, Integer, Table, Text, select

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, append_only, metadata
from revcycle.domain.patients.contact import Channel, Contact, ContactKind

patient_contacts = append_only(
    Table(
        "patient_contacts",
        metadata,
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("practice_id", Text, nullable=False),
        Column("account_id", Text, nullable=False, index=True),
        Column("kind", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("occurred_at", Instant, nullable=False),
        Column("reference", Text, nullable=False),
        Column("actor", Text, nullable=False),
    )
)


def record(tx: Tx, account_id: str, contact: Contact) -> None:
    """Write a contact down. ``reference`` must not hold what was said: no person's data."""
    tx.connection.execute(
        patient_contacts.insert().values(
            practice_id=tx.practice_id,
            account_id=account_id,
            kind=contact.kind.value,
            channel=contact.channel.value,
            occurred_at=contact.occurred_at,
            reference=contact.reference,
            actor=contact.actor,
        )
    )


def of_account(tx: Tx, account_id: str, since: date | None = None) -> tuple[Contact, ...]:
    """Return the contacts with a guarantor, oldest first; ``since`` leaves out those before the day."""
    names = ("kind", "channel", "occurred_at", "reference", "actor")
    chosen = select(*(patient_contacts.c[name] for name in names))
    rows = tx.connection.execute(
        chosen.where(patient_contacts.c.account_id == account_id).order_by(patient_contacts.c.seq)
    )
    made = (Contact(ContactKind(row.kind), Channel(row.channel), *row[2:]) for row in rows)
    return tuple(contact for contact in made if since is None or contact.occurred_at.date() >= since)
