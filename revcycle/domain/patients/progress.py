"""What an effect on an account answers its workflow."""

from dataclasses import dataclass

from revcycle.domain.patients.patient_step import AccountPosition


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter ready to be released; no ``letter_id`` when the gate closed or it could not be written."""

    letter_id: str = ""


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """Where the account stands after a request; ``refusal`` says in plain words why it was not taken."""

    position: AccountPosition
    refusal: str = ""
