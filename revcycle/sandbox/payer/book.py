"""The payer's records in one SQLite file, so that it continues after a restart."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

_SCHEMA = """
create table if not exists counter (name text primary key, value integer not null) strict;
create table if not exists clock (id integer primary key check (id = 1), now text not null) strict;
create table if not exists receipt (key text primary key, receipt text not null) strict;
create table if not exists claim (
    control_number text primary key, patient_control_number text not null, fingerprint text not null,
    status text not null, record text not null, trace_number text not null default '') strict;
create index if not exists claim_pcn on claim (patient_control_number);
create index if not exists claim_fingerprint on claim (fingerprint);
create table if not exists payable (
    id integer primary key, run_on text not null, payer_id text not null, control_number text not null,
    kind text not null, payment text not null, trace_number text not null default '') strict;
create index if not exists payable_open on payable (run_on) where trace_number = '';
create index if not exists payable_claim on payable (control_number);
create table if not exists forwarded (payer_id text primary key, cents integer not null) strict;
create table if not exists deposit (
    trace_number text primary key, deposit_on text not null, cents integer not null, payer_id text not null,
    filed integer not null default 0) strict;
create index if not exists deposit_open on deposit (deposit_on) where filed = 0;
create table if not exists appeal (
    appeal_key text primary key, control_number text not null, decide_on text not null,
    decision text not null, reason_code text not null, decided integer not null default 0) strict;
create index if not exists appeal_open on appeal (decide_on) where decided = 0;
create table if not exists mailbox (
    id text primary key, kind text not null, due_at text not null, body blob not null,
    partner text not null default '', deleted integer not null default 0) strict;
create index if not exists mailbox_open on mailbox (due_at) where deleted = 0;
"""


class Book:
    """The open database. One thread, one writer: the app handles one request at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the records in the folder, made when missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self.sql = sqlite3.connect(folder / "payer.sqlite3", isolation_level=None, check_same_thread=False)
        self.sql.execute("pragma journal_mode = wal")
        self.sql.execute("pragma synchronous = normal")
        self.sql.executescript(_SCHEMA)
        columns = {row[1] for row in self.sql.execute("pragma table_info(mailbox)")}
        if "partner" not in columns:  # a book made before partners had mailboxes of their own
            self.sql.execute("alter table mailbox add column partner text not null default ''")

    def close(self) -> None:
        """Close the database."""
        self.sql.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block as one transaction; inside another transaction it is part of that one."""
        if self.sql.in_transaction:
            yield self.sql
            return
        self.sql.execute("begin immediate")
        try:
            yield self.sql
        except BaseException:
            self.sql.execute("rollback")
            raise
        self.sql.execute("commit")

    def count(self, name: str) -> int:
        """Return the counter's next value, from 1."""
        statement = (
            "insert into counter values (?, 1)"
            " on conflict (name) do update set value = value + 1 returning value"
        )
        value: int = self.sql.execute(statement, (name,)).fetchone()[0]
        return value

    def now(self) -> datetime | None:
        """Return the latest instant a request has given, None before the first."""
        row = self.sql.execute("select now from clock").fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def hear(self, told: datetime) -> datetime:
        """Move the clock forward to the given instant, never back; return the payer's time."""
        now = self.now()
        if now is not None and told <= now:
            return now
        told = told.astimezone(UTC)
        self.sql.execute("insert or replace into clock values (1, ?)", (told.isoformat(),))
        return told
