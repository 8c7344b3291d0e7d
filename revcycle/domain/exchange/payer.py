"""The payer directory: each payer's ids, connections and enrollments."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from revcycle.domain.person import Address


class Enrollment(StrEnum):
    """Whether a payer takes a transaction from us on a connection.

    ``not_required``: anyone may send it. ``needed``: the payer wants a form first, not sent yet. ``pending``: the
    form is with the payer. ``refused``: the payer declined.
    """

    NOT_REQUIRED = "not_required"
    NEEDED = "needed"
    PENDING = "pending"
    ENROLLED = "enrolled"
    REFUSED = "refused"

    @property
    def open(self) -> bool:
        """True when the transaction may be sent."""
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
    """A way to a payer: the connection, the payer's id there, and its transactions. Earlier routes are preferred."""

    connection_id: str
    payer_id: str
    services: tuple[Service, ...]

    def service(self, transaction: str) -> Service | None:
        """Return the service for the transaction, None when the route does not carry it."""
        return next((one for one in self.services if one.transaction == transaction), None)


@dataclass(frozen=True, slots=True)
class Payer:
    """One payer. ``payer_id`` is the id on our claims; ``aliases`` are other ids it has had.

    ``filing_indicators`` are the SBR09 codes of its plans (CI commercial, MB Medicare Part B …); they choose its
    deadlines. ``claims_address`` is for paper claims. ``source`` says where the entry comes from, ``as_of`` when that
    was true.
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
