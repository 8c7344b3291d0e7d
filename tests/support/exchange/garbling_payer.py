"""A payer's line on a bad day: passes calls on, and answers some with rubbish that quotes what it was asked."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.patience import patience

Answer = tuple[int, bytes]
_HOP = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}


@dataclass
class GarblingPayer:
    """Counts its calls by path. ``rubbish`` are files of a name that it slips into the mailbox, once each."""

    upstream: str
    rubbish: dict[str, bytes]
    address: str = ""
    calls: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def number(self, path: str) -> int:
        """Count a call; return its number, from 1."""
        with self._lock:
            self.calls[path] = self.calls.get(path, 0) + 1
            return self.calls[path]

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer one call."""
        number = self.number(path)
        if path == "/realtime" and number <= 8:
            quoted = b"cannot read: " + body
            mangled = self.pass_on(method, path, headers, body)[1].replace(b"~EB*", b"~EB*" + body[-300:])
            return [(200, quoted), (500, quoted), (400, quoted), (200, mangled[: len(mangled) // 2])][
                number % 4
            ]
        if path in ("/batch", "/appeals") and number == 1:
            status, _ = self.pass_on(method, path, headers, body)
            return (500, b"taken in, then lost: " + body) if status == 202 else (status, b"")
        name = path.removeprefix("/mailbox/")
        if name in self.rubbish:
            return (204, b"") if method == "DELETE" else (200, self.rubbish[name])
        status, said = self.pass_on(method, path, headers, body)
        if path == "/mailbox" and number == 5 and status == 200:
            slipped = b",".join(
                b'{"id":"%s","kind":"%s","received_at":"2026-01-06T00:00:00+00:00"}'
                % (one.encode(), one.split(".")[0].encode())
                for one in self.rubbish
            )
            said = b"[" + slipped + (b"," + said[1:] if said != b"[]" else b"]")
        return status, said

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Ask the payer behind."""
        request = urllib.request.Request(  # noqa: S310  # loopback
            self.upstream + path, body or None, headers, method=method
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30 * patience()) as said:
                return int(said.status), bytes(said.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def _handler(payer: GarblingPayer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            status, said = payer.answer(self.command, self.path, headers, body)
            self.send_response(status)
            if status != 204:
                self.send_header("content-length", str(len(said)))
            self.end_headers()
            if status != 204:
                self.wfile.write(said)

        do_GET = do_POST = do_DELETE = reply  # noqa: N815  # the names http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing: the test looks at what the program says."""

    return Handler


@contextmanager
def garbling_payer(upstream: str, rubbish: dict[str, bytes]) -> Iterator[GarblingPayer]:
    """Serve on a free loopback port until the block ends."""
    payer = GarblingPayer(upstream, rubbish)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(payer))
    server.daemon_threads = True
    payer.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield payer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
