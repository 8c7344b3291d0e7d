"""Exit codes: each HTTP answer means one, and all are documented."""

import pytest

from revcycle.cli.exits import MEANING, Exit, Failure, exit_for


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANING) == set(Exit)


@pytest.mark.parametrize(
    ("status", "code", "meant"),
    [
        (401, "not_logged_in", Exit.NOT_LOGGED_IN),
        (403, "not_allowed", Exit.NOT_ALLOWED),
        (404, "not_found", Exit.NOT_FOUND),
        (409, "refused", Exit.REFUSED),
        (422, "bad_correction", Exit.REFUSED),
        (422, "bad_input", Exit.USAGE),
        (500, "fault", Exit.UNREACHABLE),
        (503, "engine_away", Exit.UNREACHABLE),
    ],
)
def test_an_answer_means_an_exit_code(status: int, code: str, meant: Exit) -> None:
    assert exit_for(status, code) is meant


def test_a_failure_says_what_where_and_what_next() -> None:
    failure = Failure.of(Exit.REFUSED, "no task waits", where="claim/C000001", remedy="look at it")
    assert failure.lines() == ("no task waits (claim/C000001)", "→ look at it")
