"""Letters to guarantors: written as PDF, and put into the mail once the gate has let them out."""

from pathlib import Path

from temporalio import activity

from revcycle.db.engine import Database
from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.patients.progress import WrittenLetter
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Door
from revcycle.effects.exchange.mailroom import Mailroom
from revcycle.effects.patients import letters


class PatientLetterActivities(Door):
    """Writes and mails on the letters queue; ``mail`` is the directory the mail house collects from."""

    def __init__(self, db: Database, mail: Path) -> None:
        super().__init__(db)
        self._mailroom = Mailroom(db, mail)

    @activity.defn
    def write_letter(self, act: Act, account_id: str, kind: ContactKind, reference: str) -> WrittenLetter:
        """Write a letter and keep it; without one when the gate is closed or it cannot be written."""
        with self._db.read() as tx:
            composed = letters.compose(tx, act, account_id, kind, reference)
        with self._db.write() as tx:
            return letters.keep(tx, act, account_id, reference, composed)

    @activity.defn
    def mail_letter(self, act: Act, letter_id: str) -> bool:
        """Put a released letter where the mail house collects; the same letter again is the same file."""
        with self._db.read() as tx:
            self._mailroom.post(tx, letters.pages(tx, letter_id), letter_id, act.at)
        with self._db.write() as tx:
            return letters.mailed(tx, act, letter_id)
