"""Letters to guarantors: composed from facts, kept as documents, and noted once the mail house has them."""

from dataclasses import dataclass

from revcycle.db import decisions, once
from revcycle.db.engine import Tx
from revcycle.db.mail import documents
from revcycle.db.patients import patient_accounts, statements
from revcycle.db.patients.statements import LetterRow, LetterState
from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.patients.patient_account import Hold
from revcycle.domain.patients.progress import WrittenLetter
from revcycle.domain.work.act import Act
from revcycle.effects.patients.letter_drafts import Draft, draft
from revcycle.letters.catalog import LetterKind
from revcycle.letters.render import RenderFailed, UnknownLetter, render
from revcycle.letters.values import MissingValue, UnbalancedLetter
from revcycle.rules.patients.collections import contact_barriers

RULE = "contact_gate@1"
_UNWRITABLE = (MissingValue, UnbalancedLetter, RenderFailed, UnknownLetter)


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter's facts and pages; or ``fault``, why it cannot be written; or neither: the gate is closed."""

    drafted: Draft | None = None
    pdf: bytes = b""
    fault: str = ""


def compose(tx: Tx, act: Act, account_id: str, kind: ContactKind, reference: str) -> Composed:
    """Write a letter if the gate is open. What it says is decided here; whether it goes out, at its release."""
    standing = patient_accounts.standing(tx, account_id)
    if contact_barriers(standing, kind):
        return Composed()
    try:
        drafted = draft(tx, standing, kind, reference, act.at)
        return Composed(drafted, render(LetterKind(kind.value), drafted.context, drafted.language))
    except _UNWRITABLE as problem:
        return Composed(fault=str(problem))


def keep(tx: Tx, act: Act, account_id: str, reference: str, composed: Composed) -> WrittenLetter:
    """Keep the letter as a document, or the reason why there is none, once for the act."""
    return once.once(tx, act.key, WrittenLetter, lambda: _keep(tx, act, account_id, reference, composed))


def _keep(tx: Tx, act: Act, account_id: str, reference: str, composed: Composed) -> WrittenLetter:
    drafted = composed.drafted
    if drafted is None:
        if composed.fault:
            patient_accounts.set_hold(tx, account_id, Hold.UNWRITABLE, act.at)
            reason = f"A letter could not be written: {composed.fault}."
            decisions.decide(tx, act, RULE, "letter_unwritable", reason)
        return WrittenLetter()
    name = f"patient_{drafted.kind.value}"
    document_id = documents.store(tx, name, composed.pdf, drafted.letter_id, act.at, "application/pdf")
    letter = LetterRow(
        letter_id=drafted.letter_id,
        account_id=account_id,
        kind=drafted.kind,
        episode=patient_accounts.load(tx, account_id).episode,
        cycle=drafted.cycle,
        state=LetterState.WRITTEN,
        reference=reference,
        balance_cents=drafted.balance_cents,
        due_on=drafted.due_on,
        document_id=document_id,
        written_at=act.at,
        released_at=None,
        mailed_at=None,
    )
    statements.store(tx, letter, drafted.shares)
    return WrittenLetter(drafted.letter_id)


def pages(tx: Tx, letter_id: str) -> str:
    """Return the document with a letter's pages."""
    return statements.load(tx, letter_id).document_id


def mailed(tx: Tx, act: Act, letter_id: str) -> bool:
    """The mail house has the letter; told again, nothing changes."""
    statements.mailed(tx, letter_id, act.at)
    return True
