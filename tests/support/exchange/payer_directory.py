"""Entries of a payer directory for tests."""

from datetime import date

from revcycle.domain.exchange.payer import Payer, Route, Service

DIRECTORY_TOML = """
[[payers]]
payer_id = "PAY01"
name = "GOOD HEALTH"
source = "payer's companion guide"
as_of = "2026-01-01"
aliases = ["GH001"]
filing_indicators = ["CI", "16"]

[[payers.routes]]
connection_id = "clearinghouse"
payer_id = "12345"
services = [
    { transaction = "837P", enrollment = "enrolled", since = 2025-06-01 },
    { transaction = "835", enrollment = "pending", since = "2026-01-01" },
    { transaction = "270" },
]
"""


def payer(payer_id: str = "PAY01", *services: Service, aliases: tuple[str, ...] = ()) -> Payer:
    """Return an entry with one route over the clearinghouse."""
    carried = services or (Service("837P"), Service("270"), Service("276"))
    route = Route("clearinghouse", payer_id, carried)
    return Payer(payer_id, f"PAYER {payer_id}", (route,), "payer's manual", date(2026, 1, 1), aliases)
