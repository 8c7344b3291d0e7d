"""Which way a claim takes to a payer, or why none."""

from dataclasses import replace
from datetime import date

import pytest

from revcycle.domain.claims.claim import ClaimKind
from revcycle.domain.exchange.payer import Enrollment, Payer, Route, Service
from revcycle.rules.exchange.payer_routing import check_payer, route_claim, route_inquiry

CLAIMS = Service("837P")
FIRST = Route("clearinghouse", "12345", (CLAIMS, Service("270")))
SECOND = Route("mail", "12345", (replace(CLAIMS, frequencies=("1",)),))
PAYER = Payer("PAY01", "A PAYER", (FIRST, SECOND), "payer manual", date(2026, 1, 1))


def with_first(*services: Service) -> Payer:
    return replace(PAYER, routes=(replace(FIRST, services=services), SECOND))


def test_the_first_open_route_is_taken_under_the_payers_id_there() -> None:
    routing = route_claim(PAYER, "PAY01", ClaimKind.PROFESSIONAL, "1", "clearinghouse")
    assert (routing.connection_id, routing.payer_id, routing.findings) == ("clearinghouse", "12345", ())


def test_a_payer_the_directory_does_not_know_goes_over_the_default() -> None:
    assert route_claim(None, "PAYXX", ClaimKind.DENTAL, "1", "clearinghouse").connection_id == "clearinghouse"
    assert route_inquiry(None, "PAYXX", "270", "clearinghouse").payer_id == "PAYXX"


@pytest.mark.parametrize("state", [Enrollment.NEEDED, Enrollment.PENDING, Enrollment.REFUSED])
def test_a_closed_route_gives_way_to_the_next(state: Enrollment) -> None:
    payer = with_first(replace(CLAIMS, enrollment=state))
    assert route_claim(payer, "PAY01", ClaimKind.PROFESSIONAL, "1", "x").connection_id == "mail"


@pytest.mark.parametrize("state", [Enrollment.NEEDED, Enrollment.PENDING, Enrollment.REFUSED])
def test_a_claim_for_an_unenrolled_payer_is_held_with_the_reason(state: Enrollment) -> None:
    payer = replace(PAYER, routes=(replace(FIRST, services=(replace(CLAIMS, enrollment=state),)),))
    routing = route_claim(payer, "PAY01", ClaimKind.PROFESSIONAL, "1", "x")
    (finding,) = routing.findings
    assert (routing.connection_id, finding.code) == ("", "payer.not_enrolled")
    assert "enrollment" in finding.message
    assert "837P over clearinghouse" in finding.message


def test_complaint_06_a_route_that_cannot_carry_a_replacement_is_refused_with_the_reason() -> None:
    """openemr 5634, ottehr 9029: corrections were silently ignored or sent as new claims."""
    only_new = replace(PAYER, routes=(SECOND,))
    for frequency, word in (("7", "replacement"), ("8", "void")):
        routing = route_claim(only_new, "PAY01", ClaimKind.PROFESSIONAL, frequency, "x")
        (finding,) = routing.findings
        assert (routing.connection_id, finding.code) == ("", "payer.frequency")
        assert f"cannot carry a {word} claim" in finding.message
        assert route_claim(PAYER, "PAY01", ClaimKind.PROFESSIONAL, frequency, "x").findings == ()


def test_no_route_for_the_kind_is_said() -> None:
    assert route_claim(PAYER, "PAY01", ClaimKind.DENTAL, "1", "x").findings[0].code == "payer.no_route"
    assert route_inquiry(PAYER, "PAY01", "276", "x").findings[0].code == "payer.no_route"
    closed = with_first(Service("270", Enrollment.PENDING))
    assert route_inquiry(closed, "PAY01", "270", "x").findings[0].code == "payer.not_enrolled"


def test_a_check_names_what_the_keeper_must_mend() -> None:
    broken = replace(with_first(replace(CLAIMS, enrollment=Enrollment.PENDING)), as_of=date(2024, 1, 1))
    codes = {finding.code for finding in check_payer(broken, ["clearinghouse"], date(2026, 1, 1))}
    assert codes == {"payer.not_enrolled", "payer.unknown_connection", "payer.stale"}
    assert check_payer(PAYER, ["clearinghouse", "mail"], date(2026, 6, 1)) == ()
    empty = replace(PAYER, routes=())
    assert [f.code for f in check_payer(empty, [], date(2026, 1, 1))] == ["payer.no_route"]
