"""Staff: add, list, disable, set passwords."""

import re
from typing import Any

from revcycle.access.roles import Permission, Role
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.db.practice import users

_LOGIN_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def login_name(text: str) -> str:
    """Return a login name as kept. Raises Refusal."""
    name = text.lower()
    if not _LOGIN_NAME.fullmatch(name):
        raise bad_input("not a login name", "user", "2 to 32 of a-z, 0-9, dot, dash; begin with a letter")
    return name


def role_named(text: str) -> Role:
    """Return the role of that name. Raises Refusal."""
    try:
        return Role(text)
    except ValueError:
        raise bad_input(f"no role {text!r}", "role", f"one of {', '.join(Role)}") from None


def list_users(call: Call) -> dict[str, Any]:
    """Return the staff."""
    with call.office.db.read() as tx:
        return {"users": users.find(tx)}


def add_user(call: Call) -> dict[str, Any]:
    """Add a member of staff."""
    user_id, role = login_name(call.text("user")), role_named(call.text("role"))
    password = call.text("password")
    with call.office.db.write() as tx:
        users.add(tx, user_id, role, password, created_by=call.actor, now=call.real_at)
    return {"user": user_id, "role": role}


def disable_user(call: Call) -> dict[str, Any]:
    """Close or open a user's access. Nobody closes their own: an admin must remain."""
    user_id, disabled = call.path["user_id"], call.json().get("disabled", True) is True
    if user_id == call.actor:
        raise Refusal(409, "own_access", "you cannot disable yourself", remedy="ask another admin")
    with call.office.db.write() as tx:
        users.set_disabled(tx, user_id, disabled)
    return {"user": user_id, "disabled": disabled}


def set_password(call: Call) -> dict[str, Any]:
    """Give a user a new password; their sessions end."""
    password = call.text("password")
    with call.office.db.write() as tx:
        users.set_password(tx, call.path["user_id"], password)
    return {"user": call.path["user_id"], "changed": True}


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
