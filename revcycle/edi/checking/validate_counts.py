"""The counts of a 999: AK902 to AK904 are what the acknowledgment itself lists."""

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.checking.validate_codes import Handler, Told
from revcycle.edi.wire.segments import Segment

_ACCEPTED = frozenset(["A", "E"])
_REMEDY = "Go by the transactions listed, and tell the payer that the counts of its 999 are wrong."


class CountChecks:
    """Counts AK2 and IK5 until the AK9."""

    def __init__(self) -> None:
        """Start before the first AK2."""
        self._answered = 0
        self._accepted = 0

    @property
    def handlers(self) -> dict[str, Handler]:
        """The segments of 999 and 997 that open, judge and count."""
        return {
            "AK2": self._open,
            "IK5": self._judge,
            "AK5": self._judge,
            "AK9": self._close,
        }

    def _open(self, segment: Segment, told: Told) -> None:
        self._answered += 1

    def _judge(self, segment: Segment, told: Told) -> None:
        self._accepted += segment[1].upper() in _ACCEPTED

    def _close(self, segment: Segment, told: Told) -> None:
        if not self._answered:
            return  # an accepted group may be answered without its transactions
        for element, counted in ((2, self._answered), (4, self._accepted)):
            if segment[element].lstrip("0") != (str(counted) if counted else ""):
                where, position = segment.where(element), segment.position
                message = f"The count differs from the transactions listed; there are {counted}."
                told.append(Finding("999.count", where, message, _REMEDY, Severity.WARNING, position))
