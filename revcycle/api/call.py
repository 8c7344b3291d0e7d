"""One request by one person: who, what, why, when; and the persons it is about to show."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from revcycle.access.roles import Permission, Role, may
from revcycle.access.tokens import Session
from revcycle.api.errors import bad_input
from revcycle.api.office import Office
from revcycle.domain.nearest import one_of

E = TypeVar("E", bound=StrEnum)
_REASON_LENGTH_MAX = 200


@dataclass(slots=True)
class Call:
    """A request that passed authentication and authorisation.

    ``real_at`` is the wall clock, ``at`` the business time. ``persons`` collects the subjects whose identity
    the answer shows: each is audited before the answer leaves.
    """

    office: Office
    session: Session
    path: dict[str, str]
    query: dict[str, str]
    body: bytes
    why: str
    request_key: str
    real_at: datetime
    at: datetime
    persons: list[str] = field(default_factory=list)

    @property
    def actor(self) -> str:
        """Who acts, as decisions and audit name them."""
        return self.session.user_id

    @property
    def role(self) -> Role:
        """What they are."""
        return self.session.role

    def sees_persons(self) -> bool:
        """Whether this role may see who a claim is about."""
        return may(self.role, Permission.PERSON_READ)

    def shows(self, subject: str) -> None:
        """Say that the answer shows the identity behind the subject."""
        self.persons.append(subject)

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object. Raises Refusal."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise bad_input("the request is not a JSON object", "body", "send an object, like {}")
        return found

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text of the JSON body; required unless there is a default. Raises Refusal."""
        value = self.json().get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise bad_input(f"{name} is missing or not a text", name, f"give {name}")
        return value.strip()

    def cents(self, name: str) -> int:
        """Return a positive amount in cents of the JSON body. Raises Refusal."""
        value = self.json().get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            words = name.removesuffix("_cents").replace("_", " ")
            raise bad_input(
                f"the {words} is not an amount above $0.00", name, "give an amount in dollars, like 25.00"
            )
        return value

    def number(self, name: str, default: int, top: int) -> int:
        """Return a number of the query, between 0 and ``top``. Raises Refusal."""
        text = self.query.get(name, str(default))
        if not text.isdecimal() or int(text) > top:
            raise bad_input(f"{name} is not a number from 0 to {top}", name, f"leave it out for {default}")
        return int(text)

    def day(self, name: str) -> date | None:
        """Return a day of the query (``2026-03-31``), None when it is not given. Raises Refusal."""
        text = self.query.get(name, "")
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise bad_input(f"{name} is not a day", name, "write it like 2026-03-31") from None

    def choice(self, name: str, kind: type[E]) -> E | None:
        """Return one of a known list from the query, None when it is not given. Raises Refusal."""
        text = self.query.get(name, "")
        if not text:
            return None
        try:
            return kind(text)
        except ValueError:
            raise bad_input(f"this {name} is not known", name, one_of(text, kind)) from None


def stated_reason(header: str) -> str:
    """Return why a person is looked at: what they say, else the ordinary reason."""
    said = " ".join(header.split())[:_REASON_LENGTH_MAX]
    return said or "billing and payment"
