"""Who owns a task, and which role may answer it. One table: what it does not allow, nobody can do."""

from enum import StrEnum


class Owner(StrEnum):
    """The role a task belongs to."""

    BILLER = "biller"
    MANAGER = "manager"


MAY_ANSWER: dict[str, frozenset[Owner]] = {
    "biller": frozenset({Owner.BILLER}),
    "manager": frozenset({Owner.BILLER, Owner.MANAGER}),
    "auditor": frozenset(),
    "admin": frozenset(),
}
"""Whose tasks each role may answer: a manager also a biller's, nobody a manager's but a manager."""
