"""Edits of dental claims: CDT codes, teeth and surfaces (005010X224A2; CDT)."""

import re
from datetime import date

from revcycle.domain.claims.claim import Claim, ServiceLine
from revcycle.domain.finding import Finding
from revcycle.rules.claims.edits.edit import DENTAL, FROM_5010, Edit, per_line

_CDT = re.compile(r"D[0-9]{4}")
_TOOTH = re.compile(r"[1-9]|[12][0-9]|3[0-2]|[A-T]|5[1-9]|[67][0-9]|8[0-2]|[A-T]S")
_SURFACES = frozenset("MODBLFI")


def _procedures(claim: Claim, _: date) -> tuple[Finding, ...]:
    return per_line(
        claim,
        lambda line: _CDT.fullmatch(line.procedure_code) is not None,
        "procedure_code",
        "procedure_code",
        "the procedure is not a CDT code",
        "look the code up again (D and four digits)",
    )


def _teeth(claim: Claim, _: date) -> tuple[Finding, ...]:
    return per_line(
        claim,
        _good_teeth,
        "tooth",
        "dental.teeth",
        "a tooth or a surface does not exist",
        "number teeth 1 to 32 or A to T (supernumerary 51 to 82, AS to TS); surfaces are M, O, D, B, L, F, I",
    )


def _good_teeth(line: ServiceLine) -> bool:
    if line.dental is None:
        return True
    return all(
        _TOOTH.fullmatch(tooth.number) is not None and set(tooth.surfaces) <= _SURFACES
        for tooth in line.dental.teeth
    )


EDITS = (
    Edit("cdt", _procedures, FROM_5010, "005010X224A2 2400 SV301-2; CDT", DENTAL),
    Edit("teeth", _teeth, FROM_5010, "005010X224A2 2400 TOO; Universal/National tooth designation", DENTAL),
)
