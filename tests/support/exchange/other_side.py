"""The hand a contract test has on the payer's side of a connection: the sandbox payer's office behind a bad line."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime

from revcycle.domain.claims.eligibility import EligibilityInquiry
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from revcycle.edi.eligibility_270_271 import x12_270
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.payers.gateway import PayerGateway
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.practice.life import Life
from tests.support.exchange.payer_client import story

AT = datetime(2026, 1, 12, 15, 4, 5, tzinfo=UTC)
PRACTICE = story(Life.PAID_CLEAN)
(CLAIM,) = PRACTICE.claims
IDENTITY = CLAIM.coverages[0].member_id
"""What must never show in a log or an exception."""


def a_batch() -> bytes:
    """An 837P file of one claim."""
    envelope = Envelope("OURPRACTICE", "SANDBOX", 1, AT)
    submitter = Party("OUR PRACTICE", "OURPRACTICE", contact_name="BILLING", contact_phone="6145550100")
    to_send = (ClaimToSend(CLAIM, Responsibility.PRIMARY),)
    return write_claims(envelope, submitter, Party("SANDBOX", "SANDBOX"), to_send)


def an_inquiry() -> bytes:
    """A 270 for the same patient."""
    coverage = CLAIM.coverages[0]
    inquiry = EligibilityInquiry(
        payer_id=coverage.payer_id,
        payer_name=coverage.payer_name,
        provider_npi=CLAIM.billing_provider.npi,
        provider_name=CLAIM.billing_provider.last_or_organization_name,
        member_id=coverage.member_id,
        last_name=coverage.subscriber.last_name,
        first_name=coverage.subscriber.first_name,
        birth_date=coverage.subscriber.birth_date,
        service_date=CLAIM.service_date_from,
        trace_number="T2",
    )
    envelope = Envelope("OURPRACTICE", "SANDBOX", 2, AT)
    return x12_270.write_inquiry(envelope, Party("SANDBOX", "SANDBOX"), inquiry)


class OtherSide(ABC):
    """One open connection and the payer behind it. What the payer took is looked up in its own book."""

    def __init__(
        self, gateway: PayerGateway, office: Office, secrets: tuple[str, ...], patience: float
    ) -> None:
        """Hold the gateway, whose set time for one call is ``patience`` seconds, and what it must keep secret."""
        self.gateway = gateway
        self.office = office
        self.secrets = secrets
        self.patience = patience

    def filings(self) -> int:
        """How many deliveries the payer has taken in."""
        count: int = self.office.book.sql.execute("select count(*) from receipt").fetchone()[0]
        return count

    def clock(self) -> datetime | None:
        """The latest business time the payer was told."""
        return self.office.book.now()

    def put(self, kind: str, body: bytes, at: datetime = AT) -> None:
        """Lay a file into the mailbox, due at once."""
        with self.office.book.transaction():
            self.office.book.hear(at)
            self.office.mailbox.put(kind, at, body)

    def waiting(self) -> int:
        """How many files wait in the mailbox."""
        return len(self.office.mailbox.due(self.clock() or AT))

    @abstractmethod
    async def go_down(self) -> None:
        """Refuse connections."""

    @abstractmethod
    def go_silent(self) -> None:
        """Take connections and say nothing."""

    @abstractmethod
    def lose_delivery(self) -> None:
        """Break the connection while the next delivery is sent, before the payer has it."""

    @abstractmethod
    def lose_answer(self) -> None:
        """Break the connection after the payer has the next delivery, before it says so."""

    @abstractmethod
    def hang_answer(self) -> None:
        """Take the next delivery in and say nothing."""

    @abstractmethod
    def spoil_answer(self, status: int, body: bytes) -> None:
        """Answer everything with this instead (only where there is an answer: real time)."""

    @abstractmethod
    async def recover(self) -> None:
        """Be well again."""
