"""The demo: half a year of a synthetic practice in two minutes, on a whole world, ending with its books."""

import contextlib
import json as json_format
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from revcycle.domain.clock import Pace
from revcycle.sandbox.practice.files import PracticeFiles, save
from revcycle.sandbox.practice.people_script import PeopleScript
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate
from revcycle.sandbox.practice.unfinished import UNFINISHED
from revcycle.sandbox.processes import ProcessFailed, WorldRunning
from revcycle.sandbox.robot import Robot
from revcycle.sandbox.terminal import CommandRefused, Terminal, must
from revcycle.sandbox.timekeeper import Timekeeper, TimeStands
from revcycle.sandbox.world import World, typed, wait_for_stop

FIRST_DAY = datetime(2026, 1, 5, 14, tzinfo=UTC)
PLAY_SECONDS = 97.0
"""Real time of half a year on a machine that keeps up; a shorter demo takes its part of it."""
QUIET_START_SECONDS = 1.8
"""What engine and payer take to start on two idle cores; the demo measures how much slower this machine is."""
_DAYS = 183
_PACE = ((4, 0.17), (9, 0.03), (29, 0.32), (55, 0.14), (_DAYS, 0.34))
"""Until that business day, this share of the real time: all claims are acknowledged in the first days and paid in the
third and fourth week; the patients take the rest of the year, one letter at a time."""
MAILBOX_MINUTES = 720
"""Twice a business day: a look costs the same in a second of real time as in a day."""
_STAFF = {
    "biller": "biller",
    "front-desk": "biller",
    "intake": "biller",
    "manager": "manager",
    "auditor": "auditor",
}
"""Who is hired, and their roles: patients call the front desk, intake brings the files of the last weeks."""
_SLOW_DAYS, _SLOW_DAY_SECONDS = 27, 1.2
"""With ``--keep``, the last days take so long each: files come in on their day, and nobody's work grows old."""
_LATE = timedelta(days=3)
"""How late work may come before time waits for it: a day is a third of a second, and hundreds move at once."""
_LAST_MAIL, _SETTLED = timedelta(seconds=4), timedelta(minutes=1)
"""What fell due on the last day is still on its way through the queues (the clock runs at real speed by then): it gets
the first, and the second where the machine is so busy that clocks are still overdue."""
_LAST_PAGES = (
    ("report", "endings"),
    ("ledger", "trial-balance"),
    ("report", "cash"),
    ("report", "deadlines"),
    ("report", "letters"),
    ("report", "kpi"),
    ("report", "invariants"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """What one run of the demo is made of."""

    seed: int
    claims: int
    days: int
    json: bool
    keep: bool = False

    @property
    def late_files(self) -> tuple[tuple[int, SyntheticPractice], ...]:
        """With ``keep``, the files of the last weeks with the day on which each comes in."""
        files, serial = [], self.claims + 1
        for number, late in enumerate(UNFINISHED if self.keep else (), start=1):
            day = max(self.days - late.days_before_end, 0)
            weights = dict.fromkeys(late.lives, 1.0)
            on = (FIRST_DAY + timedelta(day)).date()
            files.append((day, generate(self.seed + number, late.claims, on, weights, serial)))
            serial += late.claims
        return tuple(files)


def demo(seed: int, claims: int, days: int, keep: bool, home: Path | None, json: bool) -> int:
    """Play; return 0 only when every invariant held. ``keep`` leaves the world up until Ctrl-C, with work waiting.

    Without ``home`` the world lives in ``.revcycle-demo``, and begins empty each time.
    """
    place = home or Path(".revcycle-demo")
    if home is None and place.exists():
        shutil.rmtree(place)
    world = World(place)
    try:
        world.prepare()
        code = _play(world, Stage(seed, claims, days, json, keep))
        if keep:
            _say_how_to_look_around(world)
            return max(code, wait_for_stop(world))
        return code
    except (WorldRunning, ProcessFailed, CommandRefused, TimeStands) as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        _say("stopped")
        return 130
    finally:
        world.stop()


def _play(world: World, stage: Stage) -> int:
    began = time.monotonic()
    practice = generate(stage.seed, stage.claims, FIRST_DAY.date())
    files = save(practice, world.home / "practice", FIRST_DAY)
    late_files = stage.late_files
    script = practice.script.beside(*(late.script for _, late in late_files))
    files.payer_script.write_text(script.to_json())
    _say(f"starting the world in {os.path.relpath(world.home)} …")
    world.start_outside(files.payer_script)
    slowness = max(1.0, (time.monotonic() - began) / QUIET_START_SECONDS)
    timeline = world.drive(FIRST_DAY, _plan(stage.days, slowness, _SLOW_DAYS if stage.keep else 0))
    world.start_inside(MAILBOX_MINUTES)
    _say(f"up after {time.monotonic() - began:.1f} s; Temporal UI {world.page}")
    with _staff(world) as desks:
        _import(desks, files, practice.people)
        robot = Robot(dict(desks), practice.people, world.settings.mail_drop)
        with contextlib.closing(world.database()) as db:
            end = FIRST_DAY + timedelta(stage.days)
            keeper = Timekeeper(timeline, db, world.home / "payer" / "payer.sqlite3", end, _LATE)
            _live(world, desks, robot, keeper, stage)
        for clock in keeper.forsaken:
            _say(f"nobody ended the clock {clock.name} of {clock.subject}, due {clock.due_at:%Y-%m-%d}")
        (world.home / "logs" / "refused.log").write_text("\n".join(robot.refused))
        if robot.refused:
            _say(
                f"{len(robot.refused)} answers were refused, mostly for coming too late: see logs/refused.log"
            )
        code = _close_the_books(world, stage)
        if stage.keep:
            _say_what_waits(desks["intake"])
    _say(
        f"{stage.claims} claims, {stage.days} business days in {time.monotonic() - began:.0f} s of real time"
    )
    return code


def _plan(days: int, slowness: float, slow_days: int = 0) -> tuple[Pace, ...]:
    """Compress the days into the time the machine needs for their work: a busy or slow one gets more.

    The last ``slow_days`` pass more slowly.
    """
    slow_from = max(days - slow_days, 0) if slow_days else days
    seconds, paces, since = PLAY_SECONDS * slowness * min(1.0, days / _DAYS), [], 0.0
    for until, share in _PACE:
        day = until * min(1.0, days / _DAYS)
        rate = timedelta(days=day - since) / timedelta(seconds=seconds * share)
        if since < slow_from:
            paces.append(Pace(FIRST_DAY + timedelta(days=min(day, slow_from)), rate))
        since = day
    if slow_from < days:
        rate = timedelta(days=1) / timedelta(seconds=_SLOW_DAY_SECONDS * slowness)
        paces.append(Pace(FIRST_DAY + timedelta(days=days), rate))
    return tuple(paces)


@contextlib.contextmanager
def _staff(world: World) -> Iterator[dict[str, Terminal]]:
    """Hire the staff, by the admin's hand, and sit each at a command line."""
    logs = world.home / "logs"
    with contextlib.ExitStack() as stack:

        def sit(user: str, password: str) -> Terminal:
            desk = Terminal(
                world.settings.api_url, world.home / f"session-{user}.json", logs / f"desk-{user}.log"
            )
            stack.callback(desk.close)
            must(desk.type("login", user, "--password-file", str(_password_file(world, user, password))))
            return desk

        admin = sit("admin", world.first_password)
        desks = {}
        for user, role in _STAFF.items():
            password = secrets.token_urlsafe(12)
            file = _password_file(world, user, password)
            must(admin.type("user", "add", user, "--role", role, "--password-file", str(file)))
            desks[user] = sit(user, password)
        yield desks


def _password_file(world: World, user: str, password: str) -> Path:
    file = world.home / f"password-{user}"
    file.touch(0o600)
    file.write_text(password)
    return file


def _import(desks: dict[str, Terminal], files: PracticeFiles, people: PeopleScript) -> None:
    report = must(desks["biller"].type("claim", "import", str(files.claims), "--json"))
    accepted = [claim_id for file in report["files"] for claim_id in file["accepted"]]
    _say(f"biller: imported {files.claims.name}: {len(accepted)} claims taken in")
    for claim_id, part in zip(accepted, people.claims.values(), strict=False):
        person = people.people.get(part.guarantor)
        if person is not None and person.language != "en":
            account_id = must(desks["biller"].type("claim", "show", claim_id, "--json"))["account_id"]
            must(desks["biller"].type("patient", "language", account_id, person.language, "--json"))


def _live(world: World, desks: dict[str, Terminal], robot: Robot, keeper: Timekeeper, stage: Stage) -> None:
    """Let the time pass: staff and patients act, and now and then the page shows where things stand."""
    length, shown, coming = keeper.end - FIRST_DAY, FIRST_DAY, list(stage.late_files)
    ended = threading.Event()

    def play(who: int, look: Callable[[datetime], None]) -> None:
        while not ended.is_set():
            now = keeper.now()
            look(now)
            keeper.looked(f"person {who}", now)
            ended.wait(0.2)

    with ThreadPoolExecutor(len(robot.parts)) as people:
        playing = [people.submit(play, who, look) for who, look in enumerate(robot.parts, 1)]
        try:
            while (now := keeper.now()) < keeper.end + _LAST_MAIL or not (
                keeper.caught_up() or now > keeper.end + _SETTLED
            ):
                world.check()
                keeper.tick()
                while coming and now >= FIRST_DAY + timedelta(coming[0][0]):
                    _bring(desks["intake"], coming.pop(0)[1], world.home, now)
                if shown <= now < keeper.end:
                    _progress(desks["auditor"], now, (now - FIRST_DAY) / length)
                    shown = now + max(length // 16, timedelta(1))
                ended.wait(0.1)
        finally:
            ended.set()
        for one in playing:
            one.result()


def _bring(intake: Terminal, practice: SyntheticPractice, home: Path, now: datetime) -> None:
    """Hand in a file of the last weeks."""
    files = save(practice, home / "practice" / f"late-{practice.seed}", now)
    report = must(intake.type("claim", "import", str(files.claims), "--json"))
    _say(f"intake: imported {files.claims.name}: {len(report['files'][0]['accepted'])} claims taken in")


def _say_what_waits(desk: Terminal) -> None:
    """Say which work is left for whoever looks around: tasks by kind, denials under way, payers that are late."""
    tasks = must(desk.type("worklist", "list", "--json"))["tasks"]
    denials = must(desk.type("denial", "list", "--open", "--json"))["denials"]
    kinds = sorted({task["kind"] for task in tasks})
    _say(f"\n{len(tasks)} tasks wait for a person")
    for kind in kinds:
        some = [task["task_id"] for task in tasks if task["kind"] == kind]
        _say(f"  {len(some)} {kind.replace('_', ' ')}, for instance {some[0]}")
    for denial in denials[:1]:
        _say(f"{len(denials)} denials are under way, for instance {denial['denial_id']} ({denial['state']})")
    if late := _late_claims(desk):
        _say(f"{len(late)} claims wait for a payer that is late, for instance {late[0]}")


def _late_claims(desk: Terminal) -> list[str]:
    """Return the claims whose payer has accepted them and let the day pass on which it should have paid."""
    waiting = [
        row["claim_id"]
        for stage in ("accepted", "pending")
        for row in must(desk.type("claim", "list", "--stage", stage, "--json"))["claims"]
    ]
    return [
        claim_id
        for claim_id in waiting
        if any(
            clock["state"] == "missed"
            for clock in must(desk.type("claim", "timeline", claim_id, "--json"))["deadlines"]
        )
    ]


def _say_how_to_look_around(world: World) -> None:
    command = typed(world.home)
    password = os.path.relpath(world.home / "password-biller")
    _say(f"The world stays up in {os.path.relpath(world.home)}: Temporal UI {world.page}. Ctrl-C ends it.")
    _say(f"  {command} login biller --password-file {shlex.quote(password)}")
    _say(f"  {command} worklist next")


def _progress(auditor: Terminal, now: datetime, part: float) -> None:
    counts: dict[str, int] = {}
    found = auditor.type("report", "stages", "--json")
    for row in found.result["rows"] if not found.exit else ():
        counts[row["stage"]] = row["claims"]
    stages = "  ".join(f"{stage} {count}" for stage, count in sorted(counts.items()))
    _say(f"{now:%Y-%m-%d}  {'█' * round(part * 20):<20}  {stages}")


def _close_the_books(world: World, stage: Stage) -> int:
    """Show the last pages with the commands that print them; the worst exit code is ours."""
    environment = {
        **os.environ,
        "REVCYCLE_API": world.settings.api_url,
        "REVCYCLE_SESSION_FILE": str(world.home / "session-auditor.json"),
    }
    worst, pages = 0, {}
    for words in _LAST_PAGES:
        command = [sys.executable, "-m", "revcycle.cli.main", *words, *(("--json",) if stage.json else ())]
        if not stage.json:
            print(f"\n$ revcycle {' '.join(words)}", flush=True)  # noqa: T201  # the terminal is this command's page
        shown = subprocess.run(command, env=environment, capture_output=stage.json, text=True, check=False)
        worst = max(worst, shown.returncode)
        if stage.json:
            pages[" ".join(words)] = json_format.loads(shown.stdout or "null")
    if stage.json:
        print(json_format.dumps(pages))  # noqa: T201  # what --json asks for
    letters = sorted(world.settings.mail_drop.glob("*.pdf"))
    _say(f"\n{len(letters)} letters in {os.path.relpath(world.settings.mail_drop)}")
    return 1 if worst else 0


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201  # the terminal is this command's page
