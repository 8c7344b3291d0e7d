"""The profile of each practice (tenant): letterhead, numbers, signer."""

from sqlalchemy import Column, Table, Text, select

from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import metadata
from revcycle.db.upsert import insert_or_update
from revcycle.domain.practice import Practice

practices = Table(
    "practices",
    metadata,
    Column("practice_id", Text, primary_key=True),
    Column("profile", Text, nullable=False),
)


class NoPractice(LookupError):
    """The profile of the practice was never written."""


def save(tx: Tx, practice: Practice) -> None:
    """Write the profile of this transaction's practice; it replaces the one before."""
    row = {"practice_id": tx.practice_id, "profile": to_json(practice)}
    insert_or_update(tx, practices, row, ("practice_id",))


def load(tx: Tx) -> Practice:
    """Return the profile of this transaction's practice. Raises NoPractice."""
    found = select(practices.c.profile).where(practices.c.practice_id == tx.practice_id)
    profile = tx.connection.execute(found).scalar_one_or_none()
    if profile is None:
        raise NoPractice(f"practice {tx.practice_id} has no profile: write it with `revcycle admin practice`")
    return from_json(profile, Practice)
