"""The procedure of a service line (SV101, SV202, SV301), as it is written."""

from revcycle.domain.claims.claim import ServiceLine
from revcycle.edi.claim_837.parts.details import short
from revcycle.edi.wire.errors import CannotWrite

_MOST_MODIFIERS = 4


def procedure_of(line: ServiceLine, element: str) -> tuple[str, ...]:
    """Return qualifier, code, modifiers and description of a line. Raises CannotWrite, ValueTooLong.

    ``element`` is the composite's own name (``SV101``).
    """
    if len(line.modifiers) > _MOST_MODIFIERS:
        raise CannotWrite(f"{element}-7", "does not exist: a line carries at most 4 modifiers")
    procedure = (line.procedure_qualifier, line.procedure_code, *line.modifiers)
    if not line.description:
        return procedure
    blanks = ("",) * (_MOST_MODIFIERS - len(line.modifiers))
    return (*procedure, *blanks, short(line.description, f"{element}-7", 80))
