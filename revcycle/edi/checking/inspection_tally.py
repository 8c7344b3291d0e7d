"""The counts and sums of one guide, segment by segment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from revcycle.domain.finding import Finding
from revcycle.edi.wire.elements import cents, parse_day
from revcycle.edi.wire.errors import Unreadable
from revcycle.edi.wire.interchange import TransactionStream
from revcycle.edi.wire.segments import Segment

_SERVICE_DATES = frozenset(["472", "434", "150", "151", "232", "233", "291"])
_PATIENTS = frozenset(["IL", "QC", "03"])
_FINDINGS_MOST = 20


@dataclass(slots=True)
class GuideTotals:
    """What the transactions of one guide and version hold together.

    ``counts`` are of things in plain words (``claims``, ``service_lines``), ``amounts`` whole cents; the days are
    the first and last day of service or coverage.
    """

    guide: str
    version: str
    transactions: int = 0
    cut_transactions: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None

    def count(self, what: str, number: int = 1) -> None:
        """Add to a count."""
        self.counts[what] = self.counts.get(what, 0) + number

    def add(self, what: str, amount_cents: int) -> None:
        """Add to an amount."""
        self.amounts[what] = self.amounts.get(what, 0) + amount_cents


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """A patient the file names; ``control_number`` is the claim's, empty where there is no claim."""

    position: int
    name: str
    control_number: str


Handler = Callable[[Segment], None]


class Tally:
    """Adds one transaction to the totals of its guide."""

    def __init__(self, totals: GuideTotals, kind: str, most_people: int) -> None:
        """Choose what to look at. ``most_people`` patients are named."""
        self.totals = totals
        self.people: list[PersonSeen] = []
        self.findings: list[Finding] = []
        self._most_people = most_people
        self._kind = kind
        self._patient = ""
        self._in_claim = False
        self._paid = self._payment = 0
        self.handlers: dict[str, Handler] = self._handlers(kind)
        totals.transactions += 1

    def _handlers(self, kind: str) -> dict[str, Handler]:
        dated = {"DTP": self._dated}
        claim_dates = {"DTM": self._dated, "SVC": self._counting("service_lines")}
        return {
            "837": {"HL": self._level, "CLM": self._claim, "LX": self._counting("service_lines"), **dated},
            "835": {"BPR": self._bpr, "CLP": self._clp, "PLB": self._plb, **claim_dates},
            "270": {"EQ": self._counting("benefits_asked_about"), "TRN": self._counting("traces"), **dated},
            "271": {"EB": self._counting("benefits"), "AAA": self._counting("refusals"), **dated},
            "275": {"BDS": self._binary, "BIN": self._binary, "CAT": self._counting("categories")},
            "276": {"TRN": self._counting("claims_asked_about"), **dated},
            "277": {"STC": self._status, "TRN": self._counting("traces"), **dated},
            "278": {"UM": self._counting("services_asked_about"), "HCR": self._counting("answers"), **dated},
            "999": {"IK5": self._judged, "IK3": self._counting("segments_in_error")},
            "997": {"AK5": self._judged, "AK3": self._counting("segments_in_error")},
        }.get(kind, {})

    def close(self, transaction: TransactionStream) -> None:
        """Judge the transaction as a whole."""
        self.totals.cut_transactions += not transaction.complete
        if self._kind == "835" and self._paid != self._payment and transaction.complete:
            self.totals.count("out_of_balance")
            message = "The claims and provider-level adjustments do not add up to the payment."
            remedy = "Validate the file; ask the payer about it before it is posted."
            where = transaction.head.where()
            position = transaction.head.position
            self._note(Finding("835.out_of_balance", where, message, remedy, segment_position=position))

    def named(self, segment: Segment) -> None:
        """Take a patient's name, where names are wanted."""
        if self._most_people <= len(self.people) or (self._in_claim and self._kind == "837"):
            return
        if segment[1].upper() in _PATIENTS:
            name = ", ".join(part for part in (segment[3], segment[4]) if part)
            if self._kind == "837":
                self._patient = name
            elif self._kind != "835" or segment[1] == "QC":
                self.people.append(PersonSeen(segment.position, name, self._patient))

    def _note(self, finding: Finding) -> None:
        if len(self.findings) < _FINDINGS_MOST:
            self.findings.append(finding)

    def _counting(self, what: str) -> Handler:
        counts = self.totals.counts

        def count(_: Segment) -> None:
            counts[what] = counts.get(what, 0) + 1

        return count

    def _amount(self, segment: Segment, element: int) -> int:
        """Return the cents, 0 with a finding when they cannot be read."""
        if not segment[element]:
            return 0
        try:
            return cents(segment, element)
        except Unreadable as error:
            self._note(error.finding)
            return 0

    def _dated(self, segment: Segment) -> None:
        if segment[1] not in _SERVICE_DATES:
            return
        text = segment[3] if segment.id == "DTP" else segment[2]
        for part in text.split("-"):
            day = parse_day(part)
            if day is not None:
                self.totals.first_day = min(self.totals.first_day or day, day)
                self.totals.last_day = max(self.totals.last_day or day, day)

    def _level(self, segment: Segment) -> None:
        self._in_claim = False
        self.totals.count({"20": "billing_providers", "22": "subscribers"}.get(segment[3], "dependents"))

    def _claim(self, segment: Segment) -> None:
        self._in_claim = True
        self.totals.count("claims")
        self.totals.add("charge_cents", self._amount(segment, 2))
        frequency = segment.component(5, 3)
        if frequency in ("7", "8"):
            self.totals.count("replacements" if frequency == "7" else "voids")
        if len(self.people) < self._most_people:
            self.people.append(PersonSeen(segment.position, self._patient, segment[1]))

    def _bpr(self, segment: Segment) -> None:
        amount = self._amount(segment, 2)
        self._payment = -amount if segment[3] == "D" else amount
        self.totals.add("payment_cents", self._payment)

    def _clp(self, segment: Segment) -> None:
        self._patient = segment[1]
        paid = self._amount(segment, 4)
        self._paid += paid
        self.totals.count("claims")
        if segment[2] == "4":
            self.totals.count("denied")
        elif segment[2] == "22":
            self.totals.count("reversals")
        self.totals.add("charge_cents", self._amount(segment, 3))
        self.totals.add("claim_payment_cents", paid)
        self.totals.add("patient_responsibility_cents", self._amount(segment, 5))

    def _plb(self, segment: Segment) -> None:
        for index in range(4, len(segment), 2):
            amount = self._amount(segment, index)
            self._paid -= amount
            self.totals.add("provider_adjustment_cents", amount)

    def _binary(self, segment: Segment) -> None:
        self.totals.count("attachments")
        self.totals.count("attached_bytes", len(segment[3 if segment.id == "BDS" else 2]))

    def _status(self, segment: Segment) -> None:
        category = segment.component(1, 1).upper()
        known = len(category) == 2 and category.isascii() and category.isalnum()
        self.totals.count(f"status_{category if known else 'unknown'}")

    def _judged(self, segment: Segment) -> None:
        word = {"A": "accepted", "E": "accepted_with_errors"}.get(segment[1].upper(), "rejected")
        self.totals.count(word)
