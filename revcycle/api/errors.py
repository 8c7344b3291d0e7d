"""What goes wrong, told in plain words: a status, a code, what happened, where, and what to do next."""

from typing import Any

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
from revcycle.rules.exchange.payer_policy import NoPolicy


class Refusal(Exception):
    """An answer other than the one asked for. Holds no person's data."""

    def __init__(
        self, status: int, code: str, message: str, *, where: str = "", remedy: str = "", **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.where = where
        self.remedy = remedy
        self.more = more

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        error = {"code": self.code, "message": str(self), "where": self.where, "remedy": self.remedy}
        return {"error": error | self.more}


_KNOWN: tuple[tuple[type[Exception], int, str, str], ...] = (
    (NoSuchClaim, 404, "not_found", "list claims with `revcycle claim list`"),
    (NoSuchTask, 404, "not_found", "see the open tasks with `revcycle worklist list`"),
    (NoSuchAccount, 404, "not_found", "find the account with `revcycle patient find`"),
    (NoSuchDocument, 404, "not_found", "check the id; a document is never removed"),
    (NoSuchRemittance, 404, "not_found", "list them with `revcycle remittance list`"),
    (NoSuchDenial, 404, "not_found", "list them with `revcycle denial list`"),
    (NoSuchAppeal, 404, "not_found", "list them with `revcycle appeal list`"),
    (NoSuchDispute, 404, "not_found", "see them with `revcycle patient show`"),
    (NoSuchLetter, 404, "not_found", "list them with `revcycle patient statements`"),
    (NoSuchPayer, 404, "not_found", "list the directory with `revcycle payer list`"),
    (NoSuchPolicy, 404, "not_found", "list them with `revcycle payer policy list`"),
    (PolicyTaken, 409, "exists", "look at it with `revcycle payer policy history`, and set yours again"),
    (NoPolicy, 409, "no_policy", "run `revcycle admin migrate`, which writes the published policies"),
    (AliasTaken, 409, "exists", "give the id to one payer only"),
    (NoSuchUser, 404, "not_found", "list the staff with `revcycle user list`"),
    (NoPractice, 409, "no_practice", "write the practice's profile with `revcycle admin practice`"),
    (UserExists, 409, "exists", "choose another login name"),
    (WeakPassword, 422, "weak_password", "choose a longer one, for instance four words"),
    (LoginRefused, 401, "login_refused", "check name and password; after five failures wait five minutes"),
    (BadCorrection, 422, "bad_correction", "fields are named as `revcycle claim show` shows them"),
    (NotInQuarantine, 404, "not_found", "see `revcycle claim quarantine`"),
    (BrokenAmount, 422, "broken_amount", "write it in dollars and cents, like 25.00"),
)


def refusal_for(error: Exception) -> Refusal | None:
    """Return the refusal that an anticipated failure means, None for what nobody anticipated."""
    if isinstance(error, Refusal):
        return error
    for kind, status, code, remedy in _KNOWN:
        if isinstance(error, kind):
            return Refusal(status, code, str(error), remedy=remedy)
    return None


def bad_input(message: str, where: str, remedy: str) -> Refusal:
    """Something in the request cannot be used."""
    return Refusal(422, "bad_input", message, where=where, remedy=remedy)


def not_logged_in() -> Refusal:
    """No session, or one that is over."""
    return Refusal(401, "not_logged_in", "you are not logged in", remedy="log in with `revcycle login`")


def not_allowed(permission: str) -> Refusal:
    """The role does not include this."""
    return Refusal(
        403,
        "not_allowed",
        f"your role does not include {permission}",
        remedy="ask a colleague who may, or an admin",
    )
