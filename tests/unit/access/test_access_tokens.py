"""Tokens: what we signed is read back; what was changed, forged or is over is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from revcycle.access import tokens
from revcycle.access.roles import Role
from revcycle.access.tokens import BadToken, Session

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2026, 1, 5, 13, tzinfo=UTC)
SESSION = Session("s1", "ada", Role.BILLER, NOW + tokens.LIFETIME)


def test_a_token_says_who_is_logged_in() -> None:
    assert tokens.read(KEY, tokens.issue(KEY, SESSION), NOW) == SESSION


def test_a_token_of_another_key_is_not_ours() -> None:
    with pytest.raises(BadToken):
        tokens.read(KEY, tokens.issue(OTHER, SESSION), NOW)


@pytest.mark.parametrize("after", [tokens.LIFETIME, tokens.LIFETIME + timedelta(days=1)])
def test_a_token_ends_with_the_working_day(after: timedelta) -> None:
    with pytest.raises(BadToken):
        tokens.read(KEY, tokens.issue(KEY, SESSION), NOW + after)


def test_a_token_without_a_signature_is_refused() -> None:
    claims = {"aud": "revcycle", "sid": "s1", "sub": "ada", "role": "admin", "exp": 9_999_999_999}
    with pytest.raises(BadToken):
        tokens.read(KEY, jwt.encode(claims, "", algorithm="none"), NOW)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "Bearer x"])
def test_noise_is_no_token(text: str) -> None:
    with pytest.raises(BadToken):
        tokens.read(KEY, text, NOW)


def test_a_role_that_does_not_exist_is_refused() -> None:
    claims = jwt.decode(
        tokens.issue(KEY, SESSION), KEY, ["HS256"], {"verify_exp": False}, audience="revcycle"
    )
    with pytest.raises(BadToken):
        tokens.read(KEY, jwt.encode(claims | {"role": "root"}, KEY, "HS256"), NOW)
    assert replace(SESSION, role=Role.ADMIN).role is Role.ADMIN
