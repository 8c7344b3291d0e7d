"""The robot: plays staff and patients by the script, through the command line and the mail drop, like people do."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from revcycle.domain.work.task_kinds import TaskKind
from revcycle.sandbox.practice.cast import (
    PatientAct,
    PatientActKind,
    PatientEvent,
    answer_task,
    patient_acts,
)
from revcycle.sandbox.practice.people_script import PeopleScript
from revcycle.sandbox.terminal import Answer, Desk

_LETTER = re.compile(r"(?P<account>A\d+)-(?P<kind>[a-z_]+)-(?P<cycle>\d+)-[0-9a-f]+\.pdf$")
_FRONT_DESK = "front-desk"
_AT_A_LOOK = 4
"""Letters opened and promises kept in one look: between two looks the day may have changed."""


@dataclass(frozen=True, slots=True)
class Intention:
    """Something a guarantor will do on a day."""

    due_at: datetime
    account_id: str
    act: PatientAct
    key: str


@dataclass
class Robot:
    """Looks at worklists and mail, and does what the script says. Call ``look`` again and again.

    ``desks`` are command lines: biller, manager and front-desk. What a command refuses is kept in ``refused``.
    """

    desks: dict[str, Desk]
    people: PeopleScript
    mail_drop: Path
    answered: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    intentions: list[Intention] = field(default_factory=list)
    _opened: set[str] = field(default_factory=set)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    _sources: dict[str, str] = field(default_factory=dict)

    def look(self, now: datetime) -> None:
        """Answer what waits, open the mail, do what has come due: one look of everybody, one after another."""
        for part in self.parts:
            part(now)

    @property
    def parts(self) -> tuple[Callable[[datetime], None], ...]:
        """What each of them does at a look; each part may be played in a thread of its own."""
        return (partial(self._work, "biller"), partial(self._work, "manager"), self._serve_patients)

    def _work(self, role: str, _: datetime) -> None:
        waiting = self._ask(role, "worklist", "list", "--role", role, "--json")
        for task in waiting["tasks"] if waiting else ():
            if task["task_id"] not in self.answered and task["mine"]:
                self._answer(role, task)

    def _serve_patients(self, now: datetime) -> None:
        self._open_mail(now)
        self._keep_promises(now)

    def _answer(self, role: str, task: dict[str, Any]) -> None:
        subject = str(task["subject"])
        source = self._source_of(role, subject)
        if source and source not in self.people.claims:
            return  # nobody told us of this claim: it waits for whoever looks around
        answer = answer_task(self.people, TaskKind(task["kind"]), source)
        if answer.choice == "corrected" and answer.corrections:
            changes = [part for c in answer.corrections for part in ("--set", f"{c.path}={c.value}")]
            words = ("claim", "correct", _claim_of(subject), *changes, "--reason", answer.reason, "--json")
        else:
            words = (
                "worklist",
                "decide",
                task["task_id"],
                answer.choice,
                "--reason",
                answer.reason,
                "--json",
            )
        if self._ask(role, *words) is not None:
            self.answered.add(task["task_id"])

    def _open_mail(self, now: datetime) -> None:
        letters = sorted(self.mail_drop.glob("*.pdf")) if self.mail_drop.exists() else []
        fresh = [letter.name for letter in letters if letter.name not in self._opened]
        for name in fresh[:_AT_A_LOOK]:
            self._opened.add(name)
            match = _LETTER.search(name)
            if match is not None and match["kind"] in set(PatientEvent):
                self._react(match["account"], PatientEvent(match["kind"]), now)

    def _react(self, account_id: str, event: PatientEvent, at: datetime, amount_cents: int = 0) -> None:
        self._seen[account_id, event] += 1
        number = self._seen[account_id, event]
        shown = self._show(_FRONT_DESK, account_id)
        source = self._source_of(_FRONT_DESK, f"claim/{shown['claims'][0]['claim_id']}")
        part = self.people.person_of(source)
        if part is None:
            return
        owed = amount_cents or int(shown["patient_cents"])
        for act in patient_acts(self.people, part.guarantor, event, number, owed):
            key = f"{account_id}-{event.value}-{number}-{act.kind.value}"
            self.intentions.append(Intention(at + timedelta(act.after_days), account_id, act, key))

    def _keep_promises(self, now: datetime) -> None:
        due = sorted((one for one in self.intentions if one.due_at <= now), key=lambda one: one.due_at)
        for intention in due[:_AT_A_LOOK]:
            self.intentions.remove(intention)
            self._act(intention, now)

    def _act(self, intention: Intention, now: datetime) -> None:
        act, account_id, key = intention.act, intention.account_id, ("--key", intention.key, "--json")
        match act.kind:
            case PatientActKind.PAY:
                cents = min(act.amount_cents, self._owed(account_id))
                if cents > 0:
                    self._ask(_FRONT_DESK, "patient", "pay", account_id, f"{cents / 100:.2f}", *key)
            case PatientActKind.REQUEST_PLAN:
                first_due = (now + timedelta(act.first_due_after_days)).date()
                terms = ("--installments", str(act.installments), "--first-due-on", str(first_due))
                every = ("--interval-days", str(act.interval_days))
                if self._ask(_FRONT_DESK, "patient", "plan", account_id, *terms, *every, *key) is not None:
                    self._expect_installments(account_id)
            case PatientActKind.APPLY_FOR_HARDSHIP:
                income = f"{act.household_income_cents / 100:.2f}"
                household = ("--household-size", str(act.household_size), "--income", income)
                self._ask(_FRONT_DESK, "patient", "assist", account_id, *household, *key)
            case PatientActKind.DISPUTE:
                self._ask(
                    _FRONT_DESK, "patient", "dispute", account_id, "--subject", act.dispute_subject, *key
                )

    def _expect_installments(self, account_id: str) -> None:
        plan = self._show(_FRONT_DESK, account_id)["plans"][-1]
        for part in plan["installments"]:
            due_at = datetime.combine(date.fromisoformat(part["due_on"]), datetime.min.time(), UTC)
            self._react(account_id, PatientEvent.INSTALLMENT_DUE, due_at, part["amount_cents"])

    def _owed(self, account_id: str) -> int:
        return int(self._show(_FRONT_DESK, account_id)["patient_cents"])

    def _show(self, role: str, account_id: str) -> dict[str, Any]:
        shown = self._ask(role, "patient", "show", account_id, "--why", "the guarantor calls", "--json")
        assert isinstance(shown, dict), "an account that got a letter can be shown"
        return shown

    def _source_of(self, role: str, subject: str) -> str:
        """Return CLM01 of the file that the subject's (first) claim came from; nothing for a remittance."""
        if subject.startswith("remittance/"):
            return ""
        if subject not in self._sources:
            claim_id = _claim_of(subject)
            if subject.startswith("account/"):
                claim_id = self._show(role, subject.removeprefix("account/"))["claims"][0]["claim_id"]
            shown = self._ask(role, "claim", "show", claim_id, "--why", "to work on it", "--json")
            self._sources[subject] = shown["facts"]["source_control_number"] if shown else ""
        return self._sources[subject]

    def _ask(self, role: str, *words: str) -> Any:
        answer: Answer = self.desks[role].type(*words)
        if answer.exit:
            self.refused.append(f"{' '.join(words[:3])}: {answer.error}")
            return None
        return answer.result


def _claim_of(subject: str) -> str:
    """``claim/C000001`` and ``denial/C000001-1`` are about C000001; anything else about no claim."""
    return subject.split("/", 1)[-1].split("-", 1)[0]
