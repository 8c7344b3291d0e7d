"""What an acknowledgment says beside yes or no: 999 contexts, 277CA statuses, lines and totals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from revcycle.domain.remittances.remittance_details import Procedure


@dataclass(frozen=True, slots=True)
class SegmentContext:
    """One CTX of a 999: what the error is about.

    ``name`` is ``SITUATIONAL TRIGGER`` or the business unit's key (``CLM01``) with its value in ``reference``,
    which identifies somebody: it lives in the database only. ``element_position`` is CTX05, ``5-3`` for a part.
    """

    name: str
    reference: str = ""
    segment_id: str = ""
    segment_position: int = 0
    loop_id: str = ""
    element_position: str = ""
    element_reference: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """One status composite of an STC: ``A7:562:85``."""

    category_code: str
    status_code: str
    entity_code: str = ""

    @property
    def text(self) -> str:
        """The composite as it is written, without trailing empties."""
        return f"{self.category_code}:{self.status_code}:{self.entity_code}".rstrip(":")


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One STC: up to three statuses, ``action_code`` WQ accepted or U rejected, the charge they are about."""

    statuses: tuple[Status, ...]
    effective_date: date | None = None
    action_code: str = ""
    charge_cents: int | None = None
    message: str = ""

    @property
    def accepted(self) -> bool:
        """Whether no status of it rejects: A0 forwarded, A1 received, A2 accepted, A5 split."""
        return all(status.category_code in ACCEPTING for status in self.statuses)


ACCEPTING = frozenset(["A0", "A1", "A2", "A5"])


@dataclass(frozen=True, slots=True)
class AcknowledgedTotals:
    """QTY and AMT of a receiver or provider: claims taken and turned away; None where not stated."""

    accepted_count: int | None = None
    rejected_count: int | None = None
    accepted_cents: int | None = None
    rejected_cents: int | None = None


@dataclass(frozen=True, slots=True)
class LineAcknowledgment:
    """One service line (2220D) that was looked at on its own; ``line_item_control_number`` is REF*FJ."""

    procedure: Procedure
    charge_cents: int
    reports: tuple[StatusReport, ...] = ()
    line_item_control_number: str = ""
    prescription_number: str = ""
    revenue_code: str = ""
    units: Decimal | None = None
    service_date: date | None = None
    service_end_date: date | None = None
