"""What the command line offers is what the api takes: it may not import the facts, so a test compares."""

import click

from revcycle.access.roles import Role
from revcycle.api.patients.requests import CallOutcome, Language
from revcycle.cli.patients import patient_requests
from revcycle.cli.practice import user
from revcycle.domain.patients.assistance import Region
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeSubject
from revcycle.domain.patients.patient_account import Hold
from revcycle.domain.patients.patient_payment import PaymentMethod


def choices(command: click.Command, name: str) -> set[str]:
    (found,) = [p.type for p in command.params if p.name == name]
    assert isinstance(found, click.Choice)
    return set(found.choices)


def test_the_choices_are_those_of_the_facts() -> None:
    assert choices(user.add, "role") == set(Role)
    assert choices(patient_requests.pay, "method") == set(PaymentMethod)
    assert choices(patient_requests.assist, "region") == set(Region)
    assert choices(patient_requests.dispute, "subject") == set(DisputeSubject)
    assert choices(patient_requests.resolve, "outcome") == set(DisputeOutcome)
    assert choices(patient_requests.hold, "reason") == {hold.value or "none" for hold in Hold}
    assert choices(patient_requests.contact, "outcome") == set(CallOutcome)
    assert choices(patient_requests.language, "language") == set(Language)
