"""The medical procedure composite (SVC01, SVC06): qualifier, code, up to four modifiers, description."""

from functools import lru_cache

from revcycle.domain.remittances.remittance_details import Procedure
from revcycle.edi.wire.errors import CannotWrite
from revcycle.edi.wire.segments import Segment

_QUALIFIERS = frozenset(["HC", "AD", "ER", "HP", "IV", "NU", "N4", "N6", "ZZ", "WK", "UI", "HI", "ID", "SV"])
_MODIFIERS_MOST = 4
_REMEMBERED = 80
NO_PROCEDURE = Procedure("")


def read_procedure(segment: Segment, text: str) -> Procedure:
    """Read the composite; without its qualifier (some payers leave it out) it is taken for HCPCS."""
    if not text:
        return NO_PROCEDURE
    read = _read if len(text) <= _REMEMBERED else _read.__wrapped__
    return read(text, segment.delimiters.component)


@lru_cache(maxsize=4096)
def _read(text: str, component: str) -> Procedure:
    """The same procedures come again and again in a file."""
    parts = text.split(component)
    if len(parts) == 1:
        return Procedure(text)
    if parts[0] not in _QUALIFIERS and parts[0].upper() not in _QUALIFIERS:
        parts.insert(0, "HC")
    if len(parts) == 2:
        return Procedure(parts[1], (), parts[0])
    modifiers = tuple([part for part in parts[2:6] if part])
    return Procedure(parts[1], modifiers, parts[0], parts[6] if len(parts) > 6 else "")


def procedure_element(procedure: Procedure, field: str = "SVC01") -> tuple[str, ...]:
    """Return the composite's parts. Raises CannotWrite for a fifth modifier."""
    modifiers = procedure.modifiers
    if len(modifiers) > _MODIFIERS_MOST:
        raise CannotWrite(f"{field}-7", "is no modifier: a procedure has at most 4")
    if not procedure.description:
        return procedure.qualifier, procedure.code, *modifiers
    gap = [""] * (_MODIFIERS_MOST - len(modifiers))
    return procedure.qualifier, procedure.code, *modifiers, *gap, procedure.description
