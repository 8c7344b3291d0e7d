"""Read one field of a claim by its path: ``rendering_provider.npi``, ``lines[1].modifiers``."""

import re
from functools import reduce

from revcycle.domain.claims.claim import Claim

_STEP = re.compile(r"([a-z_0-9]+)|\[(\d+)\]")


class UnknownField(LookupError):
    """The claim has no field at that path."""


def read_field(claim: Claim, path: str) -> str:
    """Return the field's value as text; several values are joined by commas. Raises UnknownField."""
    start: object = claim
    try:
        value = reduce(_step, _STEP.findall(path), start)
    except (AttributeError, IndexError, TypeError) as missing:
        raise UnknownField(path) from missing
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return "" if value is None else str(value)


def _step(value: object, step: tuple[str, str]) -> object:
    name, index = step
    if name:
        return getattr(value, name)
    if not isinstance(value, tuple):
        raise TypeError(name)
    part: object = value[int(index)]
    return part
