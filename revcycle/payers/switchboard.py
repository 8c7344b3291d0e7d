"""The connections of an installation by their ids: each with its gateway and its sender and receiver ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from revcycle.payers.connections import ConnectionKind, ConnectionSettings, load_connections, open_connection
from revcycle.payers.gateway import PayerGateway
from revcycle.payers.paper import Printer

CLEARINGHOUSE = "clearinghouse"
SENDER_ID, RECEIVER_ID = "REVCYCLE", "CLEARINGHOUSE"


class UnknownConnection(LookupError):
    """No connection of this installation has this id."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One open connection. ``sender_id`` is the payer's name for us, ``receiver_id`` its name for itself.

    ``on_paper``: claims are printed, so each must fit its form.
    """

    connection_id: str
    gateway: PayerGateway
    sender_id: str
    receiver_id: str
    receiver_name: str = "CLEARINGHOUSE"
    on_paper: bool = False


class Switchboard:
    """All connections; a payer that the directory does not know goes over the first."""

    def __init__(self, connections: Iterable[Connection]) -> None:
        """Take the open connections, at least one."""
        self._connections = {one.connection_id: one for one in connections}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the connections, the first one first."""
        return tuple(self._connections)

    def of(self, connection_id: str) -> Connection:
        """Return a connection. Raises UnknownConnection."""
        found = self._connections.get(connection_id)
        if found is None:
            raise UnknownConnection(f"no connection is called {connection_id}")
        return found

    async def close(self) -> None:
        """Close every gateway."""
        for one in self._connections.values():
            await one.gateway.close()


def defined(file: Path | None, url: str, token_file: Path | None) -> tuple[ConnectionSettings, ...]:
    """Return the connections of an installation: those of its file, else one clearinghouse. Raises BadConnection."""
    if file is not None:
        return load_connections(file)
    rest = ConnectionKind.REST
    one = ConnectionSettings(
        CLEARINGHOUSE, rest, SENDER_ID, RECEIVER_ID, url=url, plain_http=True, secret_file=token_file
    )
    return (one,)


def open_all(settings: Iterable[ConnectionSettings], printer: Printer | None = None) -> Switchboard:
    """Open the connections, each guarded by its limits; ``printer`` serves those on paper. Raises BadConnection."""
    return Switchboard(
        Connection(
            one.connection_id,
            open_connection(one, printer),
            one.sender_id,
            one.receiver_id,
            one.receiver_name,
            one.kind is ConnectionKind.PAPER,
        )
        for one in settings
    )
