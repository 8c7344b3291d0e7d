"""The letters that went to a guarantor."""

from dataclasses import dataclass

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.guard import Endpoint
from revcycle.api.replies import Pdf
from revcycle.db.mail import documents
from revcycle.db.patients import accounts, statements
from revcycle.db.patients.statements import LetterRow


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of an account, without their words."""

    letters: tuple[LetterRow, ...]


def list_letters(call: Call) -> Letters:
    """Return the letters of an account, without their words."""
    account_id = call.path["account_id"]
    with call.office.db.read() as tx:
        accounts.guarantor(tx, account_id)
        return Letters(statements.of_account(tx, account_id))


def letter(call: Call) -> Pdf:
    """Return a letter as it was mailed."""
    with call.office.db.read() as tx:
        row = statements.load(tx, call.path["letter_id"])
        content = documents.content(tx, row.document_id)
    call.shows(f"account/{row.account_id}")
    return Pdf(content, f"{row.letter_id}.pdf")


ENDPOINTS = (
    Endpoint(
        "GET",
        "/accounts/{account_id}/letters",
        list_letters,
        Permission.ACCOUNT_READ,
        "patient.statements",
        "account/{account_id}",
    ),
    Endpoint(
        "GET",
        "/letters/{letter_id}",
        letter,
        Permission.LETTER_READ,
        "patient.statement",
        "letter/{letter_id}",
    ),
)
