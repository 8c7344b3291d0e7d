"""A TCP line between a connection and the payer that a test can spoil: silent, cut, or gone."""

import asyncio
from enum import Enum, auto


class Line(Enum):
    """How the line behaves, from the next bytes on, for open and for new connections."""

    GOOD = auto()
    SILENT = auto()
    """Takes connections and bytes, passes nothing on."""
    LOSES_REQUEST = auto()
    """Breaks as soon as the caller sends; nothing reaches the payer."""
    LOSES_ANSWER = auto()
    """Breaks as soon as the payer answers; the payer got it all."""
    HANGS_ANSWER = auto()
    """Keeps the payer's answer to itself and stays open."""


class BadLine:
    """Listens on a loopback port and passes bytes on to another, as told by ``how``."""

    def __init__(self, payer_port: int) -> None:
        """Lead to that port."""
        self.how = Line.GOOD
        self.port = 0
        self._payer_port = payer_port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def up(self) -> None:
        """Listen, on the same port each time."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Stop listening and break what is open: who connects is refused."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        there_reader, there = await asyncio.open_connection("127.0.0.1", self._payer_port)
        ends = {writer, there}
        self._open |= ends
        try:
            await asyncio.gather(
                self._pump(reader, there, ends, Line.LOSES_REQUEST, Line.SILENT),
                self._pump(there_reader, writer, ends, Line.LOSES_ANSWER, Line.HANGS_ANSWER),
            )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in ends:
                end.transport.abort()
            self._open -= ends
            self._tasks.discard(task)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        ends: set[asyncio.StreamWriter],
        cut: Line,
        swallow: Line,
    ) -> None:
        while chunk := await source.read(65536):
            if self.how is cut:
                break
            if self.how is not swallow:
                sink.write(chunk)
                await sink.drain()
        for end in ends:
            end.transport.abort()
