"""The other side of a connection that speaks HTTP: the sandbox payer on a loopback port behind a bad line."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.types import ASGIApp

from revcycle.payers.gateway import PayerGateway
from revcycle.sandbox.payer.office import Office
from tests.support.exchange.bad_line import BadLine, Line
from tests.support.exchange.other_side import PRACTICE, OtherSide
from tests.support.served import Spoiled, served


class HttpSide(OtherSide):
    """What a test can do to a payer that speaks HTTP."""

    line: BadLine
    app: Spoiled

    async def go_down(self) -> None:
        """Refuse connections."""
        await self.line.down()

    def go_silent(self) -> None:
        """Take connections and say nothing."""
        self.line.how = Line.SILENT

    def lose_delivery(self) -> None:
        """Break when the request comes."""
        self.line.how = Line.LOSES_REQUEST

    def lose_answer(self) -> None:
        """Break when the answer comes."""
        self.line.how = Line.LOSES_ANSWER

    def hang_answer(self) -> None:
        """Keep the answer back."""
        self.line.how = Line.HANGS_ANSWER

    def spoil_answer(self, status: int, body: bytes) -> None:
        """Answer with this, whatever is asked."""
        self.app.answer = (status, body)

    async def recover(self) -> None:
        """Good line, good answers, new connections."""
        self.app.answer = None
        await self.line.down()
        self.line.how = Line.GOOD
        await self.line.up()


@asynccontextmanager
async def http_side(
    folder: Path,
    make_app: Callable[[Office], ASGIApp],
    make_gateway: Callable[[str, float], PayerGateway],
    secrets: tuple[str, ...],
    patience: float = 1.0,
) -> AsyncIterator[HttpSide]:
    """Open the payer and a gateway made for its base URL and the set time."""
    office = Office(folder / "payer", PRACTICE.script)
    app = Spoiled(make_app(office))
    async with served(app) as port:
        line = BadLine(port)
        await line.up()
        gateway = make_gateway(f"http://127.0.0.1:{line.port}", patience)
        side = HttpSide(gateway, office, secrets, patience)
        side.line, side.app = line, app
        try:
            yield side
        finally:
            await gateway.close()
            await line.down()
    office.close()
