"""Staff: add, list, disable, set passwords."""

import re
from dataclasses import dataclass

from revcycle.access.roles import Permission, Role
from revcycle.api.asked import Secret, Text
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.sessions import PasswordChanged
from revcycle.db.practice import users
from revcycle.db.practice.users import UserRow

_LOGIN_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def login_name(text: str) -> str:
    """Return a login name as kept. Raises Refusal."""
    name = text.lower()
    if not _LOGIN_NAME.fullmatch(name):
        raise bad_input("not a login name", "user", "2 to 32 of a-z, 0-9, dot, dash; begin with a letter")
    return name


@dataclass(frozen=True, slots=True)
class Users:
    """The staff."""

    users: tuple[UserRow, ...]


@dataclass(frozen=True, slots=True)
class NewUser:
    """A new member of staff."""

    user: Text
    role: Role
    password: Secret


@dataclass(frozen=True, slots=True)
class UserAdded:
    """A member of staff who may log in now."""

    user: str
    role: Role


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a user is shut out."""

    disabled: bool = True


@dataclass(frozen=True, slots=True)
class UserAccess:
    """Whether this user is shut out now."""

    user: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A user's new password."""

    password: Secret


def list_users(call: Call) -> Users:
    """Return the staff."""
    with call.office.db.read() as tx:
        return Users(users.find(tx))


def add_user(call: Call, body: NewUser) -> UserAdded:
    """Add a member of staff."""
    user_id = login_name(body.user)
    with call.office.db.write() as tx:
        users.add(tx, user_id, body.role, body.password, created_by=call.actor, now=call.real_at)
    return UserAdded(user_id, body.role)


def disable_user(call: Call, body: Access) -> UserAccess:
    """Close or open a user's access. Nobody closes their own: an admin must remain."""
    user_id = call.path["user_id"]
    if user_id == call.actor:
        raise Refusal(RefusalCode.OWN_ACCESS, "you cannot disable yourself", remedy="ask another admin")
    with call.office.db.write() as tx:
        users.set_disabled(tx, user_id, body.disabled)
    return UserAccess(user_id, body.disabled)


def set_password(call: Call, body: NewPassword) -> PasswordChanged:
    """Give a user a new password; their sessions end."""
    with call.office.db.write() as tx:
        users.set_password(tx, call.path["user_id"], body.password)
    return PasswordChanged(call.path["user_id"], changed=True)


ENDPOINTS = (
    Endpoint("GET", "/users", list_users, Permission.USER_MANAGE, "user.list", "users"),
    Endpoint("POST", "/users", add_user, Permission.USER_MANAGE, "user.add", "users", status=201),
    Endpoint(
        "POST",
        "/users/{user_id}/disable",
        disable_user,
        Permission.USER_MANAGE,
        "user.disable",
        "user/{user_id}",
    ),
    Endpoint(
        "POST",
        "/users/{user_id}/password",
        set_password,
        Permission.USER_MANAGE,
        "user.password",
        "user/{user_id}",
    ),
)
