"""One request by one person: who, what, why, when; and the persons it is about to show."""

from dataclasses import dataclass, field
from datetime import datetime

from revcycle.access.roles import Permission, Role, may
from revcycle.access.tokens import Session
from revcycle.api.office import Office

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


def stated_reason(header: str) -> str:
    """Return why a person is looked at: what they say, else the ordinary reason."""
    said = " ".join(header.split())[:_REASON_LENGTH_MAX]
    return said or "billing and payment"
