"""Letters to guarantors: written as PDF, and put into the mail once the gate has let them out."""

from datetime import datetime
from pathlib import Path

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.db.patients import patient_accounts, statements
from revcycle.db.patients.statements import LetterState
from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.patients.progress import WrittenLetter
from revcycle.effects.exchange.mailroom import Mailroom
from revcycle.effects.patients import letters
from revcycle.effects.patients.letter_drafts import draft
from revcycle.letters.catalog import LetterKind
from revcycle.letters.render import render
from revcycle.rules.patients.collections import contact_barriers


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
            except letters.UNWRITABLE as problem:
                fault = str(problem)
            else:
                fault = ""
        with self._db.write() as tx:
            if fault:
                return once.once(
                    tx, key, WrittenLetter, lambda: letters.unwritable(tx, account_id, fault, key, at)
                )
            return once.once(
                tx, key, WrittenLetter, lambda: letters.keep(tx, account_id, drafted, reference, pdf, at)
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
