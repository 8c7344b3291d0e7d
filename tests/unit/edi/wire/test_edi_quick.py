"""Facts made quickly are the same frozen facts."""

import copy
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from revcycle.domain.claims.claim import ServiceLine
from revcycle.edi.wire.quick import quick
from tests.unit.edi.claim_837.test_edi_837p import CLAIM

LINE = CLAIM.lines[0]
MADE = quick(ServiceLine)(
    LINE.line_number,
    LINE.procedure_code,
    LINE.charge_cents,
    LINE.units,
    LINE.service_date,
    LINE.diagnosis_pointers,
    LINE.modifiers,
    line_item_control_number=LINE.line_item_control_number,
)


def test_they_are_equal_and_of_the_same_class() -> None:
    assert type(MADE) is ServiceLine
    assert (MADE, hash(MADE), repr(MADE)) == (LINE, hash(LINE), repr(LINE))
    assert replace(MADE, charge_cents=1) == replace(LINE, charge_cents=1)
    assert copy.deepcopy(MADE) == LINE


def test_they_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        MADE.charge_cents = 5  # type: ignore[misc]  # that it cannot be set is the point


def test_a_field_that_is_missing_or_unknown_is_refused() -> None:
    with pytest.raises(TypeError):
        quick(ServiceLine)(line_number=1)  # type: ignore[call-arg]  # the point
    with pytest.raises(TypeError):
        quick(ServiceLine)(unheard_of=1)  # type: ignore[call-arg]  # the point


@dataclass(frozen=True, slots=True)
class Collected:
    names: list[str] = field(default_factory=list)


def test_defaults_that_are_made_are_made_each_time() -> None:
    make = quick(Collected)
    assert make().names is not make().names
