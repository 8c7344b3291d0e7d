"""What goes wrong, told in plain words: a status, a code, what happened, where, and what to do next."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from revcycle.access.passwords import WeakPassword
from revcycle.db.claims.claims import NoSuchClaim
from revcycle.db.claims.corrections import BadCorrection
from revcycle.db.denials.appeals import NoSuchAppeal
from revcycle.db.denials.denials import NoSuchDenial
from revcycle.db.exchange.payers import AliasTaken, NoSuchPayer
from revcycle.db.mail.documents import NoSuchDocument
from revcycle.db.mail.quarantine import NotInQuarantine
from revcycle.db.patients.accounts import NoSuchAccount
from revcycle.db.patients.disputes import NoSuchDispute
from revcycle.db.patients.statements import NoSuchLetter
from revcycle.db.practice.policies import NoSuchPolicy, PolicyTaken
from revcycle.db.practice.practices import NoPractice
from revcycle.db.practice.users import LoginRefused, NoSuchUser, UserExists
from revcycle.db.remittances.remittances import NoSuchRemittance
from revcycle.db.work.tasks import NoSuchTask
from revcycle.domain.money import BrokenAmount
from revcycle.effects.practice.policies import BadPolicy
from revcycle.effects.work.answers import BadAnswer
from revcycle.rules.exchange.payer_policy import NoPolicy


class RefusalCode(StrEnum):
    """Why the api refuses: the word programs branch on, the status it goes with, and what it means."""

    status: int
    meaning: str

    def __new__(cls, code: str, status: int, meaning: str) -> Self:
        """Make a member that is its word and carries its status and meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.status = status
        member.meaning = meaning
        return member

    @classmethod
    def of(cls, word: str) -> Self:
        """Return the code that is this word, as a rule wrote it."""
        return next(code for code in cls if code == word)

    NOT_LOGGED_IN = "not_logged_in", 401, "there is no session, or it is over"
    LOGIN_REFUSED = "login_refused", 401, "name and password do not fit, or the name rests after failures"
    NOT_ALLOWED = "not_allowed", 403, "the role does not include this"
    NOT_FOUND = "not_found", 404, "nothing has this id"
    NO_SUCH_PAGE = "no_such_page", 404, "there is nothing at this address"
    NO_ROUTE = "no_route", 404, "the connection does not carry this transaction to the payer"
    NOT_WRITTEN = "not_written", 404, "the document is not written yet"
    NO_ENCODE = "no_encode", 405, "payloads are sealed by our own processes only"
    EXISTS = "exists", 409, "something else has this name or id"
    NO_POLICY = "no_policy", 409, "no row of policy counts there"
    NO_PRACTICE = "no_practice", 409, "the practice has no profile yet"
    REFUSED = "refused", 409, "a rule of the workflow refuses it, for the reason given"
    NOT_RUNNING = "not_running", 409, "no workflow waits for this any more"
    ALREADY_DECIDED = "already_decided", 409, "the task was answered or ran out"
    NOTHING_TO_CORRECT = "nothing_to_correct", 409, "no open task waits for a correction"
    NOTHING_OWED = "nothing_owed", 409, "there is no balance to agree on"
    OWN_ACCESS = "own_access", 409, "nobody closes their own access"
    TASK_OPEN = "resubmission.task_open", 409, "a person's task decides about the claim"
    NOT_WAITING = "resubmission.stage", 409, "the claim goes out by itself"
    SETTLED = "resubmission.settled", 409, "the patient's share is settled"
    TOO_LARGE = "too_large", 413, "the body is larger than the api takes"
    BAD_INPUT = "bad_input", 422, "something in the request cannot be used"
    BAD_CORRECTION = (
        "bad_correction",
        422,
        "a correction names no field of the claim, or a value that does not fit",
    )
    BROKEN_AMOUNT = "broken_amount", 422, "an amount cannot be read"
    WEAK_PASSWORD = "weak_password", 422, "the password is too easy to guess"
    NOT_X12 = "not_x12", 422, "the file is not X12"
    WRONG_KIND = "wrong_kind", 422, "the file holds nothing of the kind asked for"
    CANNOT_OPEN = "cannot_open", 422, "a payload is not sealed with a key of ours"
    FAULT = "fault", 500, "something went wrong in this program"
    ENGINE_AWAY = "engine_away", 503, "the workflow engine or its worker does not answer"
    NO_ANSWER = "no_answer", 503, "the payer did not answer"
    UI_AWAY = "ui_away", 503, "the Temporal UI does not answer"


@dataclass(frozen=True, slots=True)
class RefusalBody:
    """What went wrong: a word for programs, words for people, where in the request, and what to do next."""

    code: RefusalCode
    message: str
    where: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer to whatever the api does not do."""

    error: RefusalBody


class Refusal(Exception):
    """An answer other than the one asked for. Holds no person's data."""

    def __init__(self, code: RefusalCode, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.where = where
        self.remedy = remedy

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.code.status

    def body(self) -> Refused:
        """The answer."""
        return Refused(RefusalBody(self.code, str(self), self.where, self.remedy))


_KNOWN: tuple[tuple[type[Exception], RefusalCode, str], ...] = (
    (NoSuchClaim, RefusalCode.NOT_FOUND, "list claims with `revcycle claim list`"),
    (NoSuchTask, RefusalCode.NOT_FOUND, "see the open tasks with `revcycle worklist list`"),
    (NoSuchAccount, RefusalCode.NOT_FOUND, "find the account with `revcycle patient find`"),
    (NoSuchDocument, RefusalCode.NOT_FOUND, "check the id; a document is never removed"),
    (NoSuchRemittance, RefusalCode.NOT_FOUND, "list them with `revcycle remittance list`"),
    (NoSuchDenial, RefusalCode.NOT_FOUND, "list them with `revcycle denial list`"),
    (NoSuchAppeal, RefusalCode.NOT_FOUND, "list them with `revcycle appeal list`"),
    (NoSuchDispute, RefusalCode.NOT_FOUND, "see them with `revcycle patient show`"),
    (NoSuchLetter, RefusalCode.NOT_FOUND, "list them with `revcycle patient statements`"),
    (NoSuchPayer, RefusalCode.NOT_FOUND, "list the directory with `revcycle payer list`"),
    (NoSuchPolicy, RefusalCode.NOT_FOUND, "list them with `revcycle payer policy list`"),
    (
        PolicyTaken,
        RefusalCode.EXISTS,
        "look at it with `revcycle payer policy history`, and set yours again",
    ),
    (NoPolicy, RefusalCode.NO_POLICY, "run `revcycle admin migrate`, which writes the published policies"),
    (AliasTaken, RefusalCode.EXISTS, "give the id to one payer only"),
    (NoSuchUser, RefusalCode.NOT_FOUND, "list the staff with `revcycle user list`"),
    (NoPractice, RefusalCode.NO_PRACTICE, "write the practice's profile with `revcycle admin practice`"),
    (UserExists, RefusalCode.EXISTS, "choose another login name"),
    (WeakPassword, RefusalCode.WEAK_PASSWORD, "choose a longer one, for instance four words"),
    (
        LoginRefused,
        RefusalCode.LOGIN_REFUSED,
        "check name and password; after five failures wait five minutes",
    ),
    (BadCorrection, RefusalCode.BAD_CORRECTION, "fields are named as `revcycle claim show` shows them"),
    (NotInQuarantine, RefusalCode.NOT_FOUND, "see `revcycle claim quarantine`"),
    (BrokenAmount, RefusalCode.BROKEN_AMOUNT, "write it in dollars and cents, like 25.00"),
)


def refusal_for(error: Exception) -> Refusal | None:
    """Return the refusal that an anticipated failure means, None for what nobody anticipated."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, BadAnswer | BadPolicy):
        return bad_input(str(error), error.where, error.remedy)
    for kind, code, remedy in _KNOWN:
        if isinstance(error, kind):
            return Refusal(code, str(error), remedy=remedy)
    return None


def bad_input(message: str, where: str, remedy: str) -> Refusal:
    """Something in the request cannot be used."""
    return Refusal(RefusalCode.BAD_INPUT, message, where=where, remedy=remedy)


def not_logged_in() -> Refusal:
    """No session, or one that is over."""
    return Refusal(RefusalCode.NOT_LOGGED_IN, "you are not logged in", remedy="log in with `revcycle login`")


def not_allowed(permission: str) -> Refusal:
    """The role does not include this."""
    return Refusal(
        RefusalCode.NOT_ALLOWED,
        f"your role does not include {permission}",
        remedy="ask a colleague who may, or an admin",
    )
