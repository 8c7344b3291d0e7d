"""What every payer connection can do, whatever it speaks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from revcycle.domain.exchange.delivery import DeliveryOutcome


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a delivery: the connection's reference when sent, plain words otherwise.

    ``reached`` is False when nobody was there to answer: a mark against the connection, not the delivery.
    """

    outcome: DeliveryOutcome
    receipt: str = ""
    reason: str = ""
    reached: bool = True


@dataclass(frozen=True, slots=True)
class MailItem:
    """One file waiting in the mailbox. ``kind`` is TA1, 999, 277CA, 835, deposits or appeal_decision."""

    item_id: str
    kind: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class AppealFiling:
    """An appeal packet on its way. ``kind`` is ``appeal`` or ``timely_filing_proof``; ``document`` the PDF."""

    appeal_key: str
    patient_control_number: str
    payer_claim_control_number: str
    level: int
    kind: str
    document: bytes


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connection can carry.

    ``real_time`` holds the inquiries ``ask`` takes (``270``, ``276``, ``278``), ``batch`` what ``submit`` takes
    (``837P``, ``837I``, ``837D``, ``275``); ``appeals``: whether ``file_appeal`` can deliver a letter.
    """

    real_time: frozenset[str] = frozenset()
    batch: frozenset[str] = frozenset()
    appeals: bool = False


class PayerUnavailable(Exception):
    """The payer cannot answer now (connection, timeout, 5xx, 429): ask again later. Nothing was changed there."""


class PayerRefused(Exception):
    """The payer answered, and it is a no that asking again will not change (4xx). Holds no contents."""


class PayerGateway(Protocol):
    """One connection. ``at`` is business time: it dates the envelope of what is asked."""

    @property
    def capabilities(self) -> Capabilities:
        """What this connection can carry; what it cannot is refused without a call."""
        ...

    async def ask(self, inquiry: bytes, at: datetime) -> bytes:
        """Send a 270 or 276 in real time; return the 271 or 277. Raises PayerUnavailable, PayerRefused."""
        ...

    async def submit(self, batch: bytes, key: str, at: datetime) -> Delivery:
        """Deliver an 837 file; the key makes a second delivery of it harmless. Raises nothing anticipated."""
        ...

    async def list_mailbox(self, at: datetime) -> tuple[MailItem, ...]:
        """Return what waits. Raises PayerUnavailable, PayerRefused."""
        ...

    async def fetch(self, item_id: str, at: datetime) -> bytes:
        """Return a waiting file. Raises PayerUnavailable, PayerRefused."""
        ...

    async def remove(self, item_id: str, at: datetime) -> None:
        """Remove a file that is safely stored here. Raises PayerUnavailable."""
        ...

    async def file_appeal(self, appeal: AppealFiling, at: datetime) -> Delivery:
        """Deliver an appeal packet, once per appeal key. Raises nothing anticipated."""
        ...

    async def prove(self, key: str, at: datetime) -> Delivery:
        """Find out what became of the delivery with that key (a batch's or an appeal's); never sends.

        SENT with the proof as receipt, NOT_SENT when it is proved absent, UNKNOWN when nobody can tell now. Raises
        nothing anticipated.
        """
        ...

    async def close(self) -> None:
        """Let go of everything held open; the connection is not used afterwards."""
        ...
