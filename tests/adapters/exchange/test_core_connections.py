"""Both CORE connections keep the contract of all connections, over real HTTP against the sandbox payer."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from revcycle.payers.core.gateway import CoreGateway
from revcycle.payers.core.http import CoreHttp
from revcycle.payers.core.mime import CoreMime
from revcycle.payers.core.partner import CorePartner
from revcycle.payers.core.soap import CoreSoap
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.desks.core import USER_NAME
from tests.adapters.exchange.payer_contract import PayerContract
from tests.support.exchange.http_side import HttpSide, http_side

PASSWORD = "a-password-nobody-may-see"


def opener(kind: type[CoreSoap] | type[CoreMime], page: str) -> Callable[[str, float], CoreGateway]:
    def open_gateway(url: str, patience: float) -> CoreGateway:
        partner = CorePartner(url + page, "OURPRACTICE", "SANDBOX", USER_NAME, PASSWORD)
        return kind(partner, CoreHttp(partner, patience, patience))

    return open_gateway


class TestCoreSoap(PayerContract):
    """The contract over SOAP."""

    @pytest.fixture
    async def side(self, tmp_path: Path) -> AsyncIterator[HttpSide]:
        """The sandbox payer's SOAP page."""
        make = opener(CoreSoap, "/core/soap")
        async with http_side(
            tmp_path, lambda office: make_app(office, PASSWORD), make, (PASSWORD,)
        ) as opened:
            yield opened


class TestCoreMime(PayerContract):
    """The contract over MIME forms."""

    @pytest.fixture
    async def side(self, tmp_path: Path) -> AsyncIterator[HttpSide]:
        """The sandbox payer's MIME page."""
        make = opener(CoreMime, "/core/mime")
        async with http_side(
            tmp_path, lambda office: make_app(office, PASSWORD), make, (PASSWORD,)
        ) as opened:
            yield opened
