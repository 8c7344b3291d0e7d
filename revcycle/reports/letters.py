"""Letters written: statements, notices and agreements to patients, appeals to payers."""

from dataclasses import dataclass

from revcycle.db.denials import appeals
from revcycle.db.engine import Tx
from revcycle.db.patients import statements
from revcycle.reports.endings import ALL
from revcycle.reports.report import Report


@dataclass(frozen=True, slots=True)
class LetterCountRow:
    """How many letters of a kind went to a party."""

    to: str
    kind: str
    letters: int


def letters(tx: Tx) -> Report[LetterCountRow]:
    """Return the letters by reader and kind."""
    packets: dict[str, int] = {}
    for appeal in appeals.find(tx, limit=ALL):
        if appeal.packet_document_id:
            packets[appeal.kind.value] = packets.get(appeal.kind.value, 0) + 1
    rows = (
        *(
            LetterCountRow("patient", kind, number)
            for kind, number in sorted(statements.count_by_kind(tx).items())
        ),
        *(LetterCountRow("payer", kind, number) for kind, number in sorted(packets.items())),
    )
    return Report(rows, {"letters": sum(row.letters for row in rows)})
