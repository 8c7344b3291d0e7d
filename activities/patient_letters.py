"""Letters to guarantors: written as PDF, and put into the mail once the gate has let them out."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from temporalio import activity

from activities.mailroom import Mailroom
from activities.patient_ledger import note
from activities.patient_letter_drafts import Draft, draft
from revcycle.db import (
    documents,
    effects,
    patient_accounts,
    statements,
)
from revcycle.db.engine import Database, Tx
from revcycle.db.statements import LetterRow, LetterState
from revcycle.domain.contact import ContactKind
from revcycle.domain.patient_account import Hold
from revcycle.letters.catalog import LetterKind
from revcycle.letters.render import RenderFailed, UnknownLetter, render
from revcycle.letters.values import MissingValue, UnbalancedLetter
from revcycle.rules.collections import contact_barriers

RULE = "contact_gate@1"
_UNWRITABLE = (MissingValue, UnbalancedLetter, RenderFailed, UnknownLetter)


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter ready to be released; no ``letter_id`` when the gate closed or it could not be written."""

    letter_id: str = ""


class PatientLetterActivities:
    """Writes and mails on the letters queue; ``mail`` is the directory the mail house collects from."""

    def __init__(self, db: Database, mail: Path) -> None:
        self._db = db
        self._mailroom = Mailroom(db, mail)

    @activity.defn
    def write_letter(
        self, account_id: str, kind: str, reference: str, key: str, at: datetime
    ) -> WrittenLetter:
        """Write a letter and keep it. What it says is decided here; whether it goes out, at its release."""
        contact = ContactKind(kind)
        with self._db.read() as tx:
            standing = patient_accounts.standing(tx, account_id)
            if contact_barriers(standing, contact):
                return WrittenLetter()
            try:
                drafted = draft(tx, standing, contact, reference, at)
                pdf = render(LetterKind(kind), drafted.context, drafted.language)
            except _UNWRITABLE as problem:
                fault = str(problem)
            else:
                fault = ""
        with self._db.write() as tx:
            if fault:
                return effects.once(
                    tx, key, WrittenLetter, lambda: _unwritable(tx, account_id, fault, key, at)
                )
            return effects.once(
                tx, key, WrittenLetter, lambda: _keep(tx, account_id, drafted, reference, pdf, at)
            )

    @activity.defn
    def mail_letter(self, letter_id: str, at: datetime) -> None:
        """Put a released letter where the mail house collects; the same letter again is the same file."""
        with self._db.read() as tx:
            letter = statements.load(tx, letter_id)
            self._mailroom.post(tx, letter.document_id, letter_id, at)
        with self._db.write() as tx:
            if statements.load(tx, letter_id).state is LetterState.RELEASED:
                statements.change(tx, letter_id, LetterState.MAILED, mailed_at=at)


def _unwritable(tx: Tx, account_id: str, fault: str, key: str, at: datetime) -> WrittenLetter:
    patient_accounts.change(tx, account_id, at, hold=Hold.UNWRITABLE.value)
    note(tx, key, account_id, RULE, "letter_unwritable", f"A letter could not be written: {fault}.", at)
    return WrittenLetter()


def _keep(tx: Tx, account_id: str, drafted: Draft, reference: str, pdf: bytes, at: datetime) -> WrittenLetter:
    document_id = documents.store(
        tx, f"patient_{drafted.kind.value}", pdf, drafted.letter_id, at, "application/pdf"
    )
    episode = patient_accounts.load(tx, account_id).episode
    letter = LetterRow(
        drafted.letter_id,
        account_id,
        drafted.kind,
        episode,
        drafted.cycle,
        LetterState.WRITTEN,
        reference,
        drafted.balance_cents,
        drafted.due_on,
        document_id,
        at,
        None,
        None,
    )
    statements.store(tx, letter, drafted.shares)
    return WrittenLetter(drafted.letter_id)
