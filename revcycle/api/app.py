"""The api, put together: every endpoint, behind one door."""

from collections.abc import Callable
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from temporalio.client import Client

from revcycle.access.keyring import KeyRing
from revcycle.api import health, sessions
from revcycle.api.claims import claims, corrections, eligibility, imports
from revcycle.api.codec import CodecEndpoint
from revcycle.api.denials import appeals, denials
from revcycle.api.errors import Refusal, RefusalCode
from revcycle.api.exchange import connections, payers, policies
from revcycle.api.guard import Endpoint, route
from revcycle.api.mail import quarantine
from revcycle.api.office import Engine, Office, real_now
from revcycle.api.patients import accounts, letters, requests
from revcycle.api.practice import audits, ledger, reports, users
from revcycle.api.remittances import remittances
from revcycle.api.replies import reply
from revcycle.api.ui_proxy import UiProxy
from revcycle.api.work import worklist
from revcycle.db.engine import Database
from revcycle.domain.clock import REAL_TIME, BusinessClock, BusinessTime

ENDPOINTS: tuple[Endpoint, ...] = (
    *sessions.ENDPOINTS,
    *imports.ENDPOINTS,
    *quarantine.ENDPOINTS,
    *claims.ENDPOINTS,
    *corrections.ENDPOINTS,
    *eligibility.ENDPOINTS,
    *worklist.ENDPOINTS,
    *remittances.ENDPOINTS,
    *denials.ENDPOINTS,
    *appeals.ENDPOINTS,
    *accounts.ENDPOINTS,
    *letters.ENDPOINTS,
    *requests.ENDPOINTS,
    *ledger.ENDPOINTS,
    *payers.ENDPOINTS,
    *policies.ENDPOINTS,
    *policies.ENDPOINTS,
    *connections.ENDPOINTS,
    *reports.ENDPOINTS,
    *users.ENDPOINTS,
    *audits.ENDPOINTS,
)
"""Everything a logged-in person can ask for."""


def create_app(
    db: Database,
    temporal: Client | Engine,
    clock: BusinessTime,
    ring: KeyRing,
    *,
    ui_url: str = "http://127.0.0.1:8233",
    now: Callable[[], datetime] = real_now,
    connection_ids: tuple[str, ...] = ("clearinghouse",),
) -> Starlette:
    """Return the api.

    ``temporal`` is a client, or gives one when first asked (so that the api starts before the engine);
    ``ring`` signs sessions and opens payloads; ``ui_url`` is the
    address of the Temporal UI: with a path (its public path, ``…/temporal``) the api also serves it there,
    behind the login. ``connection_ids`` are the ids of the payer connections this installation has.
    Workflows are started with the clock, unless somebody drives it: their engine then tells them business time.
    """
    start_clock = clock if isinstance(clock, BusinessClock) else REAL_TIME
    office = Office(db, _engine(temporal), clock, ring, ui_url.rstrip("/"), now, connection_ids, start_clock)
    ui = UiProxy(office)
    codec = CodecEndpoint(office, f"{ui.path}/" if ui.path else office.ui_url)
    return Starlette(
        routes=[
            *health.routes(office),
            sessions.login_route(office),
            *(route(office, endpoint) for endpoint in ENDPOINTS),
            *codec.routes(),
            *ui.routes(),
        ],
        exception_handlers={404: _nothing_here, 405: _nothing_here},
    )


def _engine(temporal: Client | Engine) -> Engine:
    if not isinstance(temporal, Client):
        return temporal
    connected = temporal

    async def give() -> Client:
        return connected

    return give


async def _nothing_here(request: Request, error: Exception) -> Response:
    refused = Refusal(
        RefusalCode.NO_SUCH_PAGE, "there is nothing at this address", remedy="see docs/reference/api.md"
    )
    return reply(refused.body(), refused.status)
