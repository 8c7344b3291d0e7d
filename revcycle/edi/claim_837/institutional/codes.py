"""The codes of an institutional claim (HI), both ways: diagnoses, procedures, occurrences, values, conditions.

A code list is written in the guide's order, twelve to a segment. Read are the qualifiers of ICD-10 and of
ICD-9 alike, also where one segment mixes them.
"""

from collections.abc import Callable, Sequence

from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.institutional import ExternalCause, Occurrence, Procedure, Stay, ValueAmount
from revcycle.domain.money import BrokenAmount, parse_cents, x12_amount
from revcycle.edi.claim_837.parts.details import needs
from revcycle.edi.wire.elements import parse_day
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.segments import Segment

Composite = tuple[str, ...]

_PER_SEGMENT = 12
_MOST_REASONS, _MOST_CAUSES, _MOST = 3, 12, 24
_PRESENT = ("", "Y", "N", "U", "W")


def write_codes(writer: SegmentWriter, claim: Claim, stay: Stay) -> None:
    """Write all HI segments of the claim. Raises CannotWrite for what the guide has no room for."""
    diagnoses = _diagnoses(claim, stay)
    if not diagnoses:
        raise ValueMissing("HI01", "is missing: an institutional claim needs a principal diagnosis")
    _write(writer, "ABK", diagnoses[:1], 1, "principal diagnoses")
    admitting = [(stay.admitting_diagnosis,)] if stay.admitting_diagnosis else []
    _write(writer, "ABJ", admitting, 1, "admitting diagnoses")
    _write(writer, "APR", _plain(stay.reasons_for_visit), _MOST_REASONS, "reasons for the visit")
    causes = [_present(cause.code, cause.present_on_admission) for cause in stay.external_causes]
    _write(writer, "ABN", causes, _MOST_CAUSES, "external causes of injury")
    _write(writer, "DR", [(stay.drg,)] if stay.drg else [], 1, "diagnosis related groups")
    _write(writer, "ABF", diagnoses[1:], _MOST, "diagnoses beside the principal one")
    procedures = [_performed(procedure) for procedure in stay.procedures]
    _write(writer, "BBR", procedures[:1], 1, "principal procedures")
    _write(writer, "BBQ", procedures[1:], _MOST, "procedures beside the principal one")
    spans = [_occurrence(event) for event in stay.occurrences if event.last is not None]
    _write(writer, "BI", spans, _MOST, "occurrence spans")
    events = [_occurrence(event) for event in stay.occurrences if event.last is None]
    _write(writer, "BH", events, _MOST, "occurrences")
    values = [(value.code, "", "", x12_amount(value.hundredths)) for value in stay.values]
    _write(writer, "BE", values, _MOST, "value codes")
    _write(writer, "BG", _plain(stay.condition_codes), _MOST, "condition codes")
    _write(writer, "TC", _plain(stay.treatment_codes), _MOST, "treatment codes")


def _write(writer: SegmentWriter, qualifier: str, codes: Sequence[Composite], most: int, what: str) -> None:
    if not codes:
        return
    if len(codes) > most:
        raise CannotWrite("HI", f"has no room: an institutional claim carries at most {most} {what}")
    for code in codes:
        needs(code[0], "HI01-2", f"a code among the {what}")
    for start in range(0, len(codes), _PER_SEGMENT):
        writer.add("HI", *((qualifier, *code) for code in codes[start : start + _PER_SEGMENT]))


def _diagnoses(claim: Claim, stay: Stay) -> list[Composite]:
    present = stay.present_on_admission or ("",) * len(claim.diagnosis_codes)
    if len(present) != len(claim.diagnosis_codes):
        raise CannotWrite("HI01-9", "must be stated for every diagnosis, or for none (present on admission)")
    return [_present(code, there) for code, there in zip(claim.diagnosis_codes, present, strict=True)]


def _present(code: str, present: str) -> Composite:
    if present not in _PRESENT:
        raise CannotWrite("HI01-9", "is none of Y, N, U and W (present on admission)")
    return (code.replace(".", ""), "", "", "", "", "", "", present)


def _plain(codes: Sequence[str]) -> list[Composite]:
    return [(code.replace(".", ""),) for code in codes]


def _performed(procedure: Procedure) -> Composite:
    if procedure.performed_on is None:
        raise ValueMissing("HI01-4", "is missing: the day of a procedure")
    return (procedure.code.replace(".", ""), "D8", day_text(procedure.performed_on))


def _occurrence(event: Occurrence) -> Composite:
    if event.last is None:
        return (event.code, "D8", day_text(event.first))
    if event.last < event.first:
        raise CannotWrite("HI01-4", "ends before it begins (an occurrence span)")
    return (event.code, "RD8", f"{day_text(event.first)}-{day_text(event.last)}")


class Codes:
    """The codes of one claim as they are read, each under the list it belongs to."""

    __slots__ = (
        "admitting", "causes", "conditions", "drg", "events", "old", "others", "principal", "principal_procedure",
        "procedures", "reasons", "spans", "treatments", "values",
    )  # fmt: skip

    def __init__(self) -> None:
        """Start empty."""
        self.principal: list[tuple[str, str]] = []
        self.others: list[tuple[str, str]] = []
        self.admitting: list[str] = []
        self.reasons: list[str] = []
        self.causes: list[ExternalCause] = []
        self.drg: list[str] = []
        self.principal_procedure: list[Procedure] = []
        self.procedures: list[Procedure] = []
        self.spans: list[Occurrence] = []
        self.events: list[Occurrence] = []
        self.values: list[ValueAmount] = []
        self.conditions: list[str] = []
        self.treatments: list[str] = []
        self.old: Segment | None = None

    def take(self, segment: Segment) -> bool:
        """Take one HI; False when some of it belongs to no list, is one too many or cannot be read."""
        understood = True
        for element in segment.elements[1:]:
            if element:
                parts = element.split(segment.delimiters.component)
                qualifier = parts[0].upper()
                if not self._take(qualifier, parts):
                    understood = False
                elif qualifier in _OLD:
                    self.old = self.old or segment
        return understood

    def _take(self, qualifier: str, parts: list[str]) -> bool:
        listed = _LISTS.get(qualifier)
        if listed is None or len(parts) < 2 or not parts[1]:
            return False
        name, most, read = listed
        fact, found = read(parts), getattr(self, name)
        if fact is None or len(found) == most:
            return fact in found if most == 1 else False
        found.append(fact)
        return True

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """The principal diagnosis and the others."""
        return tuple(code for code, _ in (*self.principal, *self.others))

    @property
    def present_on_admission(self) -> tuple[str, ...]:
        """The indicators beside the diagnoses; empty when none is stated."""
        indicators = tuple(present for _, present in (*self.principal, *self.others))
        return indicators if any(indicators) else ()


def _part(parts: list[str], number: int) -> str:
    return parts[number - 1] if number <= len(parts) else ""


def _code(parts: list[str]) -> str:
    return parts[1].replace(".", "")


def _diagnosis(parts: list[str]) -> tuple[str, str]:
    return _code(parts), _part(parts, 9)


def _cause(parts: list[str]) -> ExternalCause:
    return ExternalCause(_code(parts), _part(parts, 9))


def _procedure(parts: list[str]) -> Procedure | None:
    day = parse_day(_part(parts, 4))
    return Procedure(_code(parts), day) if day is not None or not _part(parts, 4) else None


def _event(parts: list[str]) -> Occurrence | None:
    day = parse_day(_part(parts, 4))
    return Occurrence(parts[1], day) if day is not None else None


def _span(parts: list[str]) -> Occurrence | None:
    first, _, last = _part(parts, 4).partition("-")
    begins, ends = parse_day(first), parse_day(last or first)
    return None if begins is None or ends is None else Occurrence(parts[1], begins, ends)


def _value(parts: list[str]) -> ValueAmount | None:
    try:
        return ValueAmount(parts[1], parse_cents(_part(parts, 5)))
    except BrokenAmount:
        return None


_List = tuple[str, int, Callable[[list[str]], object]]

_NEW: dict[str, _List] = {
    "ABK": ("principal", 1, _diagnosis),
    "ABF": ("others", _MOST, _diagnosis),
    "ABJ": ("admitting", 1, _code),
    "APR": ("reasons", _MOST_REASONS, _code),
    "ABN": ("causes", _MOST_CAUSES, _cause),
    "DR": ("drg", 1, _code),
    "BBR": ("principal_procedure", 1, _procedure),
    "BBQ": ("procedures", _MOST, _procedure),
    "BI": ("spans", _MOST, _span),
    "BH": ("events", _MOST, _event),
    "BE": ("values", _MOST, _value),
    "BG": ("conditions", _MOST, _code),
    "TC": ("treatments", _MOST, _code),
}
_OLD = {"BK": "ABK", "BF": "ABF", "BJ": "ABJ", "PR": "APR", "BN": "ABN", "BR": "BBR", "BQ": "BBQ"}
_LISTS = _NEW | {old: _NEW[new] for old, new in _OLD.items()}
"""Per qualifier the list it goes to, how many that has room for, and how one is read."""
