"""The payer directory: who a payer is, by which connections it is reached, and what we are enrolled for there."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from revcycle.domain.person import Address


class Enrollment(StrEnum):
    """Whether a payer takes a transaction from us on a connection.

    ``not_required``: anyone may send it. ``needed``: the payer wants a form first, and nobody has sent it.
    ``pending``: the form is with the payer. ``refused``: the payer said no.
    """

    NOT_REQUIRED = "not_required"
    NEEDED = "needed"
    PENDING = "pending"
    ENROLLED = "enrolled"
    REFUSED = "refused"

    @property
    def open(self) -> bool:
        """Whether the transaction may be sent."""
        return self in (Enrollment.NOT_REQUIRED, Enrollment.ENROLLED)


@dataclass(frozen=True, slots=True)
class Service:
    """One transaction on one route (``837P``, ``837I``, ``837D``, ``270``, ``276``, ``278``, ``835``, ``275``).

    ``since`` is the day the enrollment state began. ``frequencies`` are the claim frequency codes a claim
    service carries: a route that cannot carry 7 and 8 cannot correct or void.
    """

    transaction: str
    enrollment: Enrollment = Enrollment.NOT_REQUIRED
    since: date | None = None
    frequencies: tuple[str, ...] = ("1", "7", "8")


@dataclass(frozen=True, slots=True)
class Route:
    """A way to a payer: the connection, the payer's id there, and what goes over it. Earlier routes are preferred."""

    connection_id: str
    payer_id: str
    services: tuple[Service, ...]

    def service(self, transaction: str) -> Service | None:
        """Return the service for the transaction, None where the route does not carry it."""
        return next((one for one in self.services if one.transaction == transaction), None)


@dataclass(frozen=True, slots=True)
class Payer:
    """One payer. ``payer_id`` is the id our claims use; ``aliases`` are other ids it has gone by.

    ``filing_indicators`` are the SBR09 codes its plans go by (CI commercial, MB Medicare Part B …); they choose
    its clocks. ``claims_address`` is where paper goes. ``source`` says who told us, ``as_of`` when that was true.
    """

    payer_id: str
    name: str
    routes: tuple[Route, ...]
    source: str
    as_of: date
    aliases: tuple[str, ...] = ()
    claims_address: Address | None = None
    phone: str = ""
    filing_indicators: tuple[str, ...] = ("CI",)

    def route(self, connection_id: str) -> Route | None:
        """Return the route over that connection, or None."""
        return next((one for one in self.routes if one.connection_id == connection_id), None)
