"""Codes and identifiers of any transaction: check digits of NPIs, and codes against the dated tables.

The tables are ours and grow; a code they do not have is worth a look and stops nothing.
"""

from collections.abc import Callable
from datetime import date

from revcycle.domain.codes.acknowledgment_codes import acknowledgment_code
from revcycle.domain.codes.carc import carc
from revcycle.domain.codes.rarc import rarc
from revcycle.domain.codes.status_codes import explain_status
from revcycle.domain.finding import Finding, Severity
from revcycle.domain.identifiers import is_npi
from revcycle.edi.wire.common_segments import MIA_REMARKS, MOA_REMARKS
from revcycle.edi.wire.segments import Segment

_LOOK_UP = "Look the code up at the keeper of its list; if it is valid, have our table brought up to date."
_STATUSES = (1, 10, 11)
_NPI = "XX"
_ERROR_PLACES = {
    "IK3": (("IK304", 4),),
    "IK4": (("IK403", 3),),
    "IK5": (("IK501", 1),),
    "AK9": (("AK901", 1),),
}
_FURTHER = {"IK5": ("IK502", range(2, 7)), "AK9": ("AK905", range(5, 10))}

Told = list[Finding]
Handler = Callable[[Segment, Told], None]


class CodeChecks:
    """Checks segments of a transaction dated ``day``."""

    def __init__(self, day: date) -> None:
        """Judge codes as of the day."""
        self._day = day

    @property
    def handlers(self) -> dict[str, Handler]:
        """Which segments are looked at, and by what."""
        acknowledgments: dict[str, Handler] = dict.fromkeys(_ERROR_PLACES, self._acknowledgment)
        return {
            "CAS": self._adjustment,
            "LQ": self._remark,
            "MIA": self._inpatient,
            "MOA": self._outpatient,
            "STC": self._status,
            "NM1": self._name,
            "N1": self._party,
            "REF": self._reference,
            **acknowledgments,
        }

    def _adjustment(self, segment: Segment, told: Told) -> None:
        for index in range(2, len(segment), 3):
            code = segment[index]
            known = carc(code, self._day) if code else None
            if code and known is None:
                message = "This adjustment reason is not in the table of reason codes (CARC)."
                told.append(_unknown("codes.carc", segment, index, message))
            elif known is not None and known.retired:
                message = "This adjustment reason is out of use."
                told.append(_unknown("codes.carc_retired", segment, index, message))

    def _remark(self, segment: Segment, told: Told) -> None:
        if segment[1] == "HE":
            self._check_remark(segment, 2, told)

    def _inpatient(self, segment: Segment, told: Told) -> None:
        for index in MIA_REMARKS:
            self._check_remark(segment, index, told)

    def _outpatient(self, segment: Segment, told: Told) -> None:
        for index in MOA_REMARKS:
            self._check_remark(segment, index, told)

    def _check_remark(self, segment: Segment, index: int, told: Told) -> None:
        code = segment[index]
        if code and rarc(code, self._day) is None:
            message = "This remark is not in the table of remark codes (RARC)."
            told.append(_unknown("codes.rarc", segment, index, message))

    def _status(self, segment: Segment, told: Told) -> None:
        for index in _STATUSES:
            if segment[index] and explain_status(":".join(segment.components(index)[:3])) is None:
                message = "This status is not in the tables of claim status codes."
                told.append(_unknown("codes.claim_status", segment, index, message))

    def _acknowledgment(self, segment: Segment, told: Told) -> None:
        places = list(_ERROR_PLACES[segment.id])
        element, further = _FURTHER.get(segment.id, ("", range(0)))
        places += [(element, index) for index in further]
        for name, index in places:
            if segment[index] and acknowledgment_code(name, segment[index], self._day) is None:
                message = "This code is not in the table of acknowledgment codes."
                told.append(_unknown("codes.acknowledgment", segment, index, message))

    def _name(self, segment: Segment, told: Told) -> None:
        _check_npi(segment, segment[8] == _NPI, 9, told)

    def _party(self, segment: Segment, told: Told) -> None:
        _check_npi(segment, segment[3] == _NPI, 4, told)

    def _reference(self, segment: Segment, told: Told) -> None:
        _check_npi(segment, segment[1] == "HPI", 2, told)


def _check_npi(segment: Segment, stated: bool, element: int, told: Told) -> None:
    if stated and not is_npi(segment[element]):
        message = "This is not an NPI: it must have ten digits and end in its check digit."
        remedy = "Correct the NPI where it is kept, and send again; NPPES lists every NPI."
        where, position = segment.where(element), segment.position
        told.append(Finding("x12.npi", where, message, remedy, segment_position=position))


def _unknown(code: str, segment: Segment, element: int, message: str) -> Finding:
    where, position = segment.where(element), segment.position
    return Finding(code, where, message, _LOOK_UP, Severity.WARNING, position)
