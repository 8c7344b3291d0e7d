"""The answer a receiver owes: TA1 and 999 for a file that was validated.

A 999 speaks of syntax and guide only: findings about money, codes lists and identifiers stay out of it (they are the
277CA's), and so does every value of the file (IK404 and the business context are left empty).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.codes.findings import finding_rule
from revcycle.domain.finding import Finding, Severity
from revcycle.domain.mail.acknowledgment import (
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    SegmentError,
    TransactionAcknowledgment,
)
from revcycle.edi.acknowledgment import x12_999, x12_ta1
from revcycle.edi.checking.validate_envelope import GROUP_OF
from revcycle.edi.checking.validation import GroupSeen, InterchangeSeen, TransactionSeen, Validation
from revcycle.edi.wire.elements import parse_day
from revcycle.edi.wire.envelope import Envelope

_ACKNOWLEDGMENTS = "FA"
_CLAIMS = "HC"
_ELEMENTS_IN_ERROR = "8"
_ERRORS_MOST = 100
_CODES_MOST = 5
_UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class _Told:
    """A finding in the words of an acknowledgment."""

    finding: Finding
    element: str
    code: str
    segment_id: str
    position: int
    place: str

    @property
    def blocking(self) -> bool:
        return self.finding.severity is not Severity.WARNING


def acknowledge(
    validation: Validation, findings: Iterable[Finding]
) -> tuple[tuple[InterchangeAcknowledgment, ...], tuple[ImplementationAcknowledgment, ...]]:
    """Return a TA1 for every interchange that asks for one, and a 999 for every group that is none itself."""
    told = [one for one in map(_tell, findings) if one is not None]
    asking = [seen for seen in validation.interchanges if seen.acknowledge]
    interchanges = tuple(_interchange(seen, validation, told) for seen in asking)
    return interchanges, tuple(_group(group, validation, told) for group in _answerable(validation))


def write_acknowledgments(
    validation: Validation, findings: Sequence[Finding], number: int, at: datetime
) -> bytes:
    """Return the interchanges to send back, numbered from ``number`` on. Raises CannotWrite."""
    interchanges, groups = acknowledge(validation, findings)
    asking = [seen for seen in validation.interchanges if seen.acknowledge]
    files: list[bytes] = []
    for seen, answer in zip(asking, interchanges, strict=True):
        files.append(x12_ta1.write_acknowledgment(_envelope(seen, number + len(files), at), answer))
    for group, verdict in zip(_answerable(validation), groups, strict=True):
        envelope = _envelope(group.interchange, number + len(files), at)
        files.append(x12_999.write_acknowledgment(envelope, verdict))
    return b"".join(files)


def _envelope(seen: InterchangeSeen, number: int, at: datetime) -> Envelope:
    sender, receiver = seen.receiver_id.strip() or _UNKNOWN, seen.sender_id.strip() or _UNKNOWN
    return Envelope(sender, receiver, number, at, usage=seen.usage if seen.usage in ("T", "P") else "T")


def _answerable(validation: Validation) -> list[GroupSeen]:
    groups = dict.fromkeys(transaction.group for transaction in validation.transactions)
    return [group for group in groups if group.functional_id != _ACKNOWLEDGMENTS]


def _tell(finding: Finding) -> _Told | None:
    """Translate a finding; None for what an acknowledgment says nothing of."""
    token = finding.where.split(" ", 1)[0]
    name, _, part = token.partition("-")
    element = name[-2:] if len(name) >= 4 and name[-2:].isdigit() else ""
    segment_id = name.removesuffix(element) if element else name
    if finding.code.startswith("map."):
        kind, _, code = finding.code.removeprefix("map.").partition("_")
        answer: tuple[str, str] | None = (kind.upper(), code.upper())
    else:
        rule = finding_rule(finding.code)
        answer = rule.acknowledgment_in(segment_id) if rule is not None else None
    if answer is None or finding.segment_position is None:
        return None
    place = "-".join(filter(None, (element.lstrip("0"), part)))
    return _Told(finding, *answer, segment_id, finding.segment_position, place)


def _interchange(
    seen: InterchangeSeen, validation: Validation, told: Sequence[_Told]
) -> InterchangeAcknowledgment:
    inside = [t for t in validation.transactions if t.group.interchange == seen]
    mine = [one for one in told if one.element == "TA105" and _last_before(one, validation) in inside]
    code = "R" if any(one.blocking for one in mine) else "E" if mine else "A"
    note = mine[0].code if mine else "000"
    day = parse_day(seen.stated_date)
    return InterchangeAcknowledgment(seen.control_number, code, note, day, seen.stated_time)


def _last_before(one: _Told, validation: Validation) -> TransactionSeen:
    """The transaction a place outside of any belongs to: the one it follows, else the first."""
    before = [t for t in validation.transactions if t.first <= one.position]
    return before[-1] if before else validation.transactions[0]


def _group(group: GroupSeen, validation: Validation, told: Sequence[_Told]) -> ImplementationAcknowledgment:
    inside = [t for t in validation.transactions if t.group == group]
    answers = tuple(_transaction(transaction, told) for transaction in inside)
    mine = [one for one in told if one.element == "AK905" and _last_before(one, validation) in inside]
    codes = tuple(dict.fromkeys(one.code for one in mine))[:_CODES_MOST]
    accepted = sum(answer.accepted for answer in answers)
    if any(one.blocking for one in mine) or not accepted:
        code = "R"
    elif accepted < len(answers):
        code = "P"
    else:
        code = "E" if mine or any(answer.code == "E" for answer in answers) else "A"
    return ImplementationAcknowledgment(
        group.control_number or "1",
        code,
        answers,
        _functional_id(group, inside[0].kind),
        group.version,
        len(answers),
        len(answers),
        0 if code == "R" else accepted,
        codes,
    )


def _functional_id(group: GroupSeen, kind: str) -> str:
    """AK101: what the group calls itself, or what it should where that is no kind of group."""
    stated = group.functional_id
    return stated if stated in GROUP_OF.values() else GROUP_OF.get(kind, _CLAIMS)


def _transaction(transaction: TransactionSeen, told: Sequence[_Told]) -> TransactionAcknowledgment:
    mine = [one for one in told if transaction.first <= one.position <= transaction.last + 1]
    errors = tuple(
        _error(one, transaction) for one in mine if one.element in ("IK304", "IK403") and one.segment_id
    )
    codes = dict.fromkeys(one.code for one in mine if one.element == "IK502")
    if errors:
        codes["5"] = None
    relevant = [one for one in mine if one.element in ("IK304", "IK403", "IK502")]
    code = "R" if any(one.blocking for one in relevant) else "E" if relevant else "A"
    return TransactionAcknowledgment(
        transaction.control_number,
        code,
        errors[:_ERRORS_MOST],
        transaction.kind,
        transaction.version,
        tuple(codes)[:_CODES_MOST],
    )


def _error(one: _Told, transaction: TransactionSeen) -> SegmentError:
    position = one.position - transaction.first + 1
    if one.element == "IK304":
        return SegmentError(one.segment_id, position, "", one.code)
    place = one.place or "1"
    return SegmentError(one.segment_id, position, "", _ELEMENTS_IN_ERROR, place, one.code)
