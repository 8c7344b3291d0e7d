"""What an administrator does on the machine itself: keys, tables, the first admin, the practice, serving."""

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client

from revcycle.access.keyring import BrokenKeyRing, KeyRing
from revcycle.access.passwords import WeakPassword
from revcycle.access.roles import Role
from revcycle.config import BadSetting, Settings
from revcycle.db import migrate as migrations
from revcycle.db.engine import Database
from revcycle.db.practice import audit, practices, users
from revcycle.db.practice.practices import NoPractice
from revcycle.db.practice.users import UserExists
from revcycle.domain.clock import REAL_TIME
from revcycle.domain.person import Address
from revcycle.domain.practice import Practice
from revcycle.logs import configure_logs
from revcycle.payers.connections import BadConnection
from revcycle.payers.switchboard import defined
from revcycle.temporal.client import connect
from revcycle.temporal.timeline import NoTimeline, Timeline


class CannotDo(Exception):
    """An administrator's command that cannot be carried out, with what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def settings() -> Settings:
    """Return the settings of this process. Raises CannotDo."""
    try:
        return Settings.load(os.environ)
    except BadSetting as error:
        raise CannotDo(str(error)) from error


def key_ring(told: Settings) -> KeyRing:
    """Return the key ring. Raises CannotDo."""
    try:
        return KeyRing.load(told.keyring_file)
    except BrokenKeyRing as error:
        raise CannotDo(str(error), "a new installation makes one with `revcycle admin init`") from error


def open_database(told: Settings) -> Database:
    """Return the database. Raises CannotDo."""
    try:
        return Database(told.database_url_with_password, key_ring(told), told.practice_id)
    except BadSetting as error:
        raise CannotDo(str(error)) from error


@dataclass(frozen=True, slots=True)
class KeyRingMade:
    """The key ring's file, and whether it was made now."""

    keyring: str
    made: bool


@dataclass(frozen=True, slots=True)
class Migrated:
    """The version of the tables before (``empty`` for none) and after."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Installed:
    """What a new installation has now: key ring, tables, and its first admin."""

    keyring: str
    made: bool
    before: str
    after: str
    admin: str


def make_keyring() -> KeyRingMade:
    """Make the key ring unless there is one."""
    path = settings().keyring_file
    made = not path.exists()
    if made:
        path.parent.mkdir(parents=True, exist_ok=True)
        KeyRing.generate().save(path)
    return KeyRingMade(path.name, made)


def migrate() -> Migrated:
    """Bring the database to this version's tables."""
    db = open_database(settings())
    try:
        before, after = migrations.upgrade(db)
    finally:
        db.close()
    return Migrated(before or "empty", after)


def init(user_id: str, password: str) -> Installed:
    """Key ring, tables, first admin. Raises CannotDo when there is an admin already."""
    told = settings()
    told.home.mkdir(parents=True, exist_ok=True)
    made = make_keyring()
    moved = migrate()
    db = open_database(told)
    try:
        add_first_admin(db, user_id, password)
    finally:
        db.close()
    return Installed(made.keyring, made.made, moved.before, moved.after, user_id)


def add_first_admin(db: Database, user_id: str, password: str) -> None:
    """Add the first admin. Raises CannotDo: later ones are added by an admin through the api."""
    now = datetime.now(UTC)
    try:
        with db.write() as tx:
            if any(user.role is Role.ADMIN for user in users.find(tx)):
                raise CannotDo(
                    "there is an admin already", "log in as that admin and use `revcycle user add`"
                )
            users.add(tx, user_id, Role.ADMIN, password, created_by="init", now=now)
            audit.append(
                tx,
                user_id=user_id,
                role=Role.ADMIN.value,
                action="user.add",
                subject=f"user/{user_id}",
                why="first admin",
                outcome="done",
                person_read=False,
                real_at=now,
                business_at=now,
            )
    except (UserExists, WeakPassword) as error:
        raise CannotDo(str(error)) from error


def show_practice() -> Practice:
    """Return the practice's profile. Raises CannotDo."""
    db = open_database(settings())
    try:
        with db.read() as tx:
            return practices.load(tx)
    except NoPractice as error:
        raise CannotDo(str(error)) from error
    finally:
        db.close()


def save_practice(text: str) -> Practice:
    """Write the practice's profile from TOML: the fields of Practice, and a table ``address``."""
    try:
        found = tomllib.loads(text)
        profile = Practice(**(found | {"address": Address(**found["address"])}))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        remedy = f"give {', '.join(Practice.__dataclass_fields__)}"
        raise CannotDo(f"cannot read the profile: {type(error).__name__} {error}", remedy) from error
    db = open_database(settings())
    try:
        with db.write() as tx:
            practices.save(tx, profile)
    finally:
        db.close()
    return profile


def serve() -> None:
    """Serve the api until stopped."""
    import uvicorn

    from revcycle.api.app import create_app

    told = settings()
    configure_logs(told.log_level)
    ring = key_ring(told)
    db = open_database(told)
    connected: list[Client] = []

    async def engine() -> Client:
        if not connected:
            connected.append(await connect(told.temporal_address, told.temporal_namespace, ring))
        return connected[0]

    try:
        lines = defined(told.connections_file, told.connection_url, told.connection_token_file)
    except BadConnection as error:
        raise CannotDo(str(error)) from error
    ids = tuple(line.connection_id for line in lines)
    try:
        clock = Timeline(told.clock_file) if told.clock_file else REAL_TIME
    except NoTimeline as error:
        raise CannotDo(str(error)) from error
    app = create_app(db, engine, clock, ring, ui_url=told.ui_url, connection_ids=ids)
    # No access log of uvicorn's own: it would write whole addresses.
    uvicorn.run(app, host=told.api_host, port=told.api_port, access_log=False, log_config=None)
    db.close()
