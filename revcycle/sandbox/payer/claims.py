"""The claims the payer has accepted, found by its own control number, the sender's, or what they bill."""

from dataclasses import dataclass
from enum import StrEnum

from revcycle.domain.remittances.remittance import ClaimPayment
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.received import ReceivedClaim


class ClaimState(StrEnum):
    """Where an accepted claim stands at the payer."""

    SILENT = "silent"
    AWAITING = "awaiting"
    PENDING = "pending"
    PAID = "paid"
    DENIED = "denied"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class KeptClaim:
    """A claim with its state and the trace number of the remittance that told of it."""

    claim: ReceivedClaim
    state: ClaimState
    trace_number: str


_COLUMNS = "select record, status, trace_number from claim"


class Claims:
    """The claim table of the book."""

    def __init__(self, book: Book) -> None:
        """Work on the open book."""
        self._book = book

    def next_control_number(self) -> str:
        """Return a payer claim control number never used before."""
        return f"SBX{self._book.count('claim'):09d}"

    def add(self, claim: ReceivedClaim, state: ClaimState) -> None:
        """Keep a claim just accepted."""
        self._book.sql.execute(
            "insert into claim (control_number, patient_control_number, fingerprint, status, record)"
            " values (?, ?, ?, ?, ?)",
            (claim.control_number, claim.patient_control_number, claim.fingerprint, state, claim.to_json()),
        )

    def set_state(self, control_number: str, state: ClaimState, trace_number: str = "") -> None:
        """Move the claim on; a trace number tells which remittance did it."""
        self._book.sql.execute(
            "update claim set status = ?, trace_number = ? where control_number = ?",
            (state, trace_number, control_number),
        )

    def settle(self, payment: ClaimPayment, trace_number: str) -> None:
        """Note that a remittance has told of the claim."""
        if payment.is_reversal:
            return
        zero = payment.payment_cents == 0 and payment.patient_responsibility_cents == 0
        state = ClaimState.DENIED if zero else ClaimState.PAID
        self.set_state(payment.payer_claim_control_number, state, trace_number)

    def by_control_number(self, control_number: str) -> KeptClaim | None:
        """Return the claim the payer gave that number."""
        return self._one(f"{_COLUMNS} where control_number = ?", control_number)

    def by_patient_control_number(self, patient_control_number: str) -> KeptClaim | None:
        """Return the latest claim that came with that number; a duplicate only as a last resort."""
        query = (
            f"{_COLUMNS} where patient_control_number = ?"
            " order by json_extract(record, '$.held_for') = '18', control_number desc limit 1"
        )
        return self._one(query, patient_control_number)

    def duplicate_of(self, print_: str) -> bool:
        """Tell whether a claim with the same fingerprint stands already."""
        row = self._book.sql.execute(
            "select 1 from claim where fingerprint = ? and status <> 'replaced' limit 1", (print_,)
        )
        return row.fetchone() is not None

    def _one(self, query: str, value: str) -> KeptClaim | None:
        row = self._book.sql.execute(query, (value,)).fetchone() if value else None
        if row is None:
            return None
        return KeptClaim(ReceivedClaim.from_json(row[0]), ClaimState(row[1]), row[2])
