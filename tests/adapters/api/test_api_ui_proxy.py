"""The Temporal UI behind the login: nobody passes without a session, and the session stays here."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from revcycle.api.codec import COOKIE
from revcycle.db.practice import audit
from tests.support.api import PASSWORD, ApiWorld, api_world

Seen = list[tuple[str, str, dict[str, str], bytes]]


class StandIn(BaseHTTPRequestHandler):
    """What the UI's server is to us: something that answers below its public path."""

    seen: ClassVar[Seen] = []

    def answer(self) -> None:
        """Say what was asked."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.seen.append((self.command, self.path, dict(self.headers), body))
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("set-cookie", "_csrf=1; Path=/")
        self.end_headers()
        self.wfile.write(b"the page " * 20_000)

    do_GET = do_POST = answer  # noqa: N815 - the names the standard library calls

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.fixture
def ui() -> Iterator[str]:
    StandIn.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/temporal"
    server.shutdown()
    server.server_close()


@pytest.fixture
def world(tmp_path: Path, ui: str) -> Iterator[ApiWorld]:
    with api_world(tmp_path, ui_url=ui) as made:
        yield made


def log_in(world: ApiWorld) -> httpx.Response:
    return world.post("", "/codec/login", data={"user": "manager", "password": PASSWORD})


def test_a_stranger_is_shown_the_login(world: ApiWorld) -> None:
    page = world.get("", "/temporal/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/codec/login")
    assert world.get("", "/temporal/api/v1/settings").status_code == 401
    assert world.get("biller", "/temporal/").status_code == 403
    assert StandIn.seen == []


def test_who_is_logged_in_sees_the_ui_and_the_ui_does_not_see_the_session(world: ApiWorld) -> None:
    assert log_in(world).headers["location"] == "/temporal/"
    world.http.cookies.set("other", "1")

    page = world.get("", "/temporal/namespaces/default?query=a%20b")

    assert page.content == b"the page " * 20_000
    assert page.headers["set-cookie"] == "_csrf=1; Path=/"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    method, path, headers, _ = StandIn.seen[0]
    assert (method, path) == ("GET", "/temporal/namespaces/default?query=a%20b")
    assert COOKIE not in str(headers)
    assert "other=1" in headers["cookie"]


def test_an_act_comes_from_the_ui_itself(world: ApiWorld) -> None:
    log_in(world)
    path = "/temporal/api/v1/namespaces/default/workflows/x/terminate"
    foreign = world.post("", path, content=b"{}", headers={"origin": "http://evil.example"})
    assert foreign.status_code == 401
    own = world.post("", path, content=b'{"reason": "x"}', headers={"origin": world.address})
    assert own.status_code == 200
    assert StandIn.seen[-1][3] == b'{"reason": "x"}'
    with world.db.read() as tx:
        (act,) = [record for record in audit.find(tx) if record.action == "ui.act"]
    assert (act.user_id, act.subject) == ("manager", "/api/v1/namespaces/default/workflows/x/terminate")


def test_a_ui_that_is_away_is_told(tmp_path: Path) -> None:
    with api_world(tmp_path, ui_url="http://127.0.0.1:9/temporal") as world:
        log_in(world)
        answer = world.get("", "/temporal/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "ui_away")


def test_a_ui_without_a_path_is_not_served_here(tmp_path: Path) -> None:
    with api_world(tmp_path) as world:
        assert world.get("manager", "/temporal/").status_code == 404
        assert log_in(world).headers["location"] == "http://127.0.0.1:8233"
