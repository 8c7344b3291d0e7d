"""Letters to guarantors: written as PDF, and put into the mail once the gate has let them out."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.mail import documents
from revcycle.db.patients import patient_accounts, statements
from revcycle.db.patients.statements import LetterRow, LetterState
from revcycle.domain.patients.patient_account import Hold
from revcycle.domain.patients.progress import WrittenLetter
from revcycle.effects.patients.ledger import note
from revcycle.effects.patients.letter_drafts import Draft
from revcycle.letters.render import RenderFailed, UnknownLetter
from revcycle.letters.values import MissingValue, UnbalancedLetter

RULE = "contact_gate@1"
UNWRITABLE = (MissingValue, UnbalancedLetter, RenderFailed, UnknownLetter)


def unwritable(tx: Tx, account_id: str, fault: str, key: str, at: datetime) -> WrittenLetter:
    """Record why a letter could not be written, for a person."""
    patient_accounts.change(tx, account_id, at, hold=Hold.UNWRITABLE.value)
    note(tx, key, account_id, RULE, "letter_unwritable", f"A letter could not be written: {fault}.", at)
    return WrittenLetter()


def keep(tx: Tx, account_id: str, drafted: Draft, reference: str, pdf: bytes, at: datetime) -> WrittenLetter:
    """Keep the letter as a document, or the reason why there is none."""
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
