"""Session tokens: signed and short-lived.

They only name a session in the database, so a session can be revoked there.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from revcycle.access.roles import Role

LIFETIME = timedelta(hours=10)
"""How long a session lasts: a working day. After it a person logs in again."""
IDLE = timedelta(minutes=30)
"""How long a session may stay unused before it ends (45 CFR 164.312(a)(2)(iii))."""

_ALGORITHM, _AUDIENCE = "HS256", "revcycle"


class BadToken(Exception):
    """The token is not ours, was changed, or has expired."""


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in person. Times are of the wall clock, not of the business clock."""

    session_id: str
    user_id: str
    role: Role
    expires_at: datetime


def issue(key: bytes, session: Session) -> str:
    """Sign a token for the session."""
    claims = {
        "aud": _AUDIENCE,
        "sid": session.session_id,
        "sub": session.user_id,
        "role": session.role.value,
        "exp": int(session.expires_at.timestamp()),
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read(key: bytes, token: str, now: datetime) -> Session:
    """Return the session that a token names. Raises BadToken.

    Whether the session is still open only the database knows.
    """
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["exp", "sub", "sid"], "verify_exp": False},
        )
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        session = Session(str(claims["sid"]), str(claims["sub"]), Role(claims["role"]), expires_at)
    except (jwt.InvalidTokenError, KeyError, ValueError, OverflowError) as error:
        raise BadToken("not a token of ours") from error
    if now >= expires_at:
        raise BadToken("the token has expired")
    return session
