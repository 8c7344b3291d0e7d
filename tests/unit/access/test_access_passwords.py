"""Passwords: kept as hashes, checked, and refused when weak."""

import pytest

from revcycle.access import passwords
from revcycle.access.passwords import WeakPassword


def test_a_password_matches_its_own_hash_only() -> None:
    kept = passwords.hash_password("correct horse battery", "ada")

    assert kept.startswith("$argon2id$")
    assert "correct" not in kept
    assert passwords.matches(kept, "correct horse battery")
    assert not passwords.matches(kept, "correct horse batterz")


def test_the_same_password_twice_has_two_hashes() -> None:
    first, second = (passwords.hash_password("correct horse battery", "ada") for _ in range(2))
    assert first != second


@pytest.mark.parametrize("weak", ["short", "x" * 257, "penelope-b1234"])
def test_a_weak_password_is_refused_without_being_repeated(weak: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        passwords.hash_password(weak, "penelope-b")
    assert weak not in str(refused.value)


def test_a_hash_that_is_none_matches_nothing() -> None:
    assert not passwords.matches("not a hash", "anything at all")
    assert not passwords.matches_nobody("anything at all")
