"""What an effect on an account answers its workflow."""

from dataclasses import dataclass

from revcycle.domain.patients.patient_step import AccountPosition
from revcycle.domain.work.task import TaskRequest


@dataclass(frozen=True, slots=True)
class AccountBegun:
    """What a life of an account's process begins with, beyond what its review finds.

    ``epoch`` is a number no life had before. ``tasks`` are on the worklist and ``letters`` were let out and never
    mailed: the life before left them.
    """

    epoch: int
    tasks: tuple[TaskRequest, ...] = ()
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter ready to be released; no ``letter_id`` when the gate closed or it could not be written."""

    letter_id: str = ""


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """Where the account stands after a request; or ``refusal``, in plain words: why it was not taken."""

    position: AccountPosition | None = None
    refusal: str = ""
