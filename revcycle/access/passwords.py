"""Password hashes (argon2id) and the length rule of NIST SP 800-63B."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 256

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's minimum for argon2id
_NOBODY = _HASHER.hash("no user has this password")


class WeakPassword(ValueError):
    """The password is too short, too long, or equal to the login name."""


def hash_password(password: str, user_id: str) -> str:
    """Return the argon2id hash to keep. Raises WeakPassword."""
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise WeakPassword(f"a password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters")
    if user_id.lower() in password.lower() and len(password) - len(user_id) < PASSWORD_LENGTH_MIN // 2:
        raise WeakPassword("the password must not be the login name with a little added")
    return _HASHER.hash(password)


def matches(kept_hash: str, password: str) -> bool:
    """Tell whether the password is the one behind the hash."""
    try:
        return _HASHER.verify(kept_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def matches_nobody(password: str) -> bool:
    """Take as long as a real check, for a login name that does not exist: timing then reveals no names."""
    return matches(_NOBODY, password) and False
