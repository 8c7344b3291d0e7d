"""A switchboard with one connection, as most tests need it."""

from revcycle.effects.claims.intake import CONNECTION
from revcycle.payers.gateway import PayerGateway
from revcycle.payers.switchboard import Connection, Switchboard


def with_one(gateway: PayerGateway, *more: Connection) -> Switchboard:
    """Return a switchboard with this gateway, under the names the sandbox payer knows, and what else is given."""
    return Switchboard([Connection(CONNECTION, gateway, "REVCYCLE", "CLEARINGHOUSE"), *more])
