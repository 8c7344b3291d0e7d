"""What came back for a claim file: TA1, 999 and 277CA, as facts."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from revcycle.domain.mail.acknowledgment_details import (
    ACCEPTING,
    AcknowledgedTotals,
    LineAcknowledgment,
    SegmentContext,
    StatusReport,
)
from revcycle.domain.remittances.remittance_details import NamedParty, Reference


class AcknowledgmentKind(StrEnum):
    """Which transaction said it."""

    INTERCHANGE = "TA1"
    IMPLEMENTATION = "999"
    CLAIM = "277CA"


@dataclass(frozen=True, slots=True)
class InterchangeAcknowledgment:
    """A TA1. ``code`` is A accepted, E accepted with errors, R rejected; ``note_code`` is TA105.

    ``interchange_date`` and ``interchange_time`` (HHMM) are those of the ISA it answers.
    """

    interchange_control_number: str
    code: str
    note_code: str
    interchange_date: date | None = None
    interchange_time: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the interchange went on."""
        return self.code in ("A", "E")


@dataclass(frozen=True, slots=True)
class SegmentError:
    """One IK3 (and IK4) of a 999: where the payer's reader stopped and why.

    ``element_position`` is IK401, ``5-3`` for a part; ``element_value`` (IK404) is a copy of the bad data and
    identifies somebody.
    """

    segment_id: str
    segment_position: int
    loop_id: str
    error_code: str
    element_position: str = ""
    element_error_code: str = ""
    element_reference: str = ""
    element_value: str = ""
    contexts: tuple[SegmentContext, ...] = ()
    element_contexts: tuple[SegmentContext, ...] = ()


@dataclass(frozen=True, slots=True)
class TransactionAcknowledgment:
    """One AK2..IK5 of a 999. ``code`` is A, E or R; M, W, X count as R and are kept as ``stated_code``.

    ``kind`` and ``version`` are AK201 and AK203; ``error_codes`` IK502 to IK506.
    """

    transaction_set_control_number: str
    code: str
    errors: tuple[SegmentError, ...] = ()
    kind: str = "837"
    version: str = ""
    error_codes: tuple[str, ...] = ()
    stated_code: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the transaction set went on."""
        return self.code in ("A", "E")


@dataclass(frozen=True, slots=True)
class ImplementationAcknowledgment:
    """A 999: the answer to one functional group. ``code`` is AK901 (A, E, P, R; M, W, X as ``stated_code``).

    ``functional_id`` and ``version`` are AK101 and AK103; the counts AK902 to AK904, None when not stated;
    ``error_codes`` AK905 to AK909.
    """

    group_control_number: str
    code: str
    transactions: tuple[TransactionAcknowledgment, ...] = ()
    functional_id: str = "HC"
    version: str = ""
    included_count: int | None = None
    received_count: int | None = None
    accepted_count: int | None = None
    error_codes: tuple[str, ...] = ()
    stated_code: str = ""


@dataclass(frozen=True, slots=True)
class ClaimAcknowledgment:
    """The claim level (2200D) of a 277CA. ``category_code``:``status_code``:``entity_code`` is STC01.

    Of several statuses the deciding one stands here; ``reports`` has them all. ``clearinghouse_number`` is
    REF*D9, ``bill_type`` REF*BLT. ``patient`` is the NM1*QC the payer names.
    """

    patient_control_number: str
    category_code: str
    status_code: str
    charge_cents: int
    effective_date: date | None = None
    entity_code: str = ""
    payer_claim_control_number: str = ""
    message: str = ""
    reports: tuple[StatusReport, ...] = ()
    patient: NamedParty | None = None
    clearinghouse_number: str = ""
    bill_type: str = ""
    service_date: date | None = None
    service_end_date: date | None = None
    lines: tuple[LineAcknowledgment, ...] = ()

    @property
    def accepted(self) -> bool:
        """A1 received, A2 accepted into adjudication, A5 split; A0 forwarded counts too."""
        return self.category_code in ACCEPTING


@dataclass(frozen=True, slots=True)
class ProviderAcknowledgment:
    """The provider level (2000C) of a 277CA: its own statuses, if any, and its claims."""

    provider: NamedParty
    claims: tuple[ClaimAcknowledgment, ...] = ()
    trace: str = ""
    reports: tuple[StatusReport, ...] = ()
    secondary: Reference | None = None
    totals: AcknowledgedTotals = field(default_factory=AcknowledgedTotals)


@dataclass(frozen=True, slots=True)
class BatchAcknowledgment:
    """A 277CA for one receiver (2000B): who answers for which batch, with what, provider by provider.

    ``batch_reference`` is BHT03 of the claim file (2200B TRN02), ``payer_trace`` the payer's own number (2200A),
    ``reference`` BHT03 of the 277CA itself.
    """

    payer: NamedParty
    receiver: NamedParty
    batch_reference: str
    reports: tuple[StatusReport, ...] = ()
    providers: tuple[ProviderAcknowledgment, ...] = ()
    payer_trace: str = ""
    received_on: date | None = None
    processed_on: date | None = None
    totals: AcknowledgedTotals = field(default_factory=AcknowledgedTotals)
    reference: str = ""

    @property
    def claims(self) -> tuple[ClaimAcknowledgment, ...]:
        """All claims of all providers."""
        return tuple(claim for provider in self.providers for claim in provider.claims)


class AcknowledgmentOutcome(StrEnum):
    """``waiting``: nothing that decides has come yet."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WAITING = "waiting"
