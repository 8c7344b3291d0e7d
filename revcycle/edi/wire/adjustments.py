"""CAS segments and adjustments, the same in the 835 and in the 837's coordination of benefits."""

from collections.abc import Sequence
from functools import lru_cache

from revcycle.domain.money import BrokenAmount, parse_cents, x12_amount
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup
from revcycle.edi.wire.elements import cents, required, unreadable
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

_TRIOS = 6
_REMEMBERED = 24

RETIRED_GROUP = "CR"
"""Correction and reversal, gone from the 835 with 5010; read as OA, which nobody is billed for."""

_GROUPS = {group.value: group for group in AdjustmentGroup} | {RETIRED_GROUP: AdjustmentGroup.OTHER}


def read_adjustments(segment: Segment) -> tuple[Adjustment, ...]:
    """Return the up to six trios of a CAS. Raises Unreadable for an unknown group or a broken amount."""
    told = segment.elements
    group = _GROUPS.get(told[1]) or _GROUPS.get(told[1].upper()) if len(told) > 1 else None
    if group is None:
        raise unreadable("x12.adjustment_group", segment, 1, "The group is not CO, PR, OA or PI.")
    if len(told) == 4 and told[2] and len(told[2]) + len(told[3]) <= _REMEMBERED:
        try:
            return _single(group, told[2], told[3])
        except BrokenAmount:
            cents(segment, 3)
    found = []
    for index in range(2, len(told), 3):
        if told[index] or segment[index + 1]:
            reason = required(segment, index)
            found.append(Adjustment(group, reason, cents(segment, index + 1), segment[index + 2]))
    return tuple(found)


@lru_cache(maxsize=4096)
def _single(group: AdjustmentGroup, reason: str, amount: str) -> tuple[Adjustment, ...]:
    """By far most CAS segments have one trio, and the same ones come again and again."""
    return (Adjustment(group, reason, parse_cents(amount)),)


def write_adjustments(writer: SegmentWriter, adjustments: Sequence[Adjustment]) -> None:
    """Write CAS segments: neighbours of one group share a segment, up to six trios."""
    start = 0
    while start < len(adjustments):
        group, end = adjustments[start].group, start
        while end < len(adjustments) and adjustments[end].group is group and end - start < _TRIOS:
            end += 1
        trios: list[str] = []
        for adjustment in adjustments[start:end]:
            trios += (adjustment.reason_code, x12_amount(adjustment.amount_cents), adjustment.quantity)
        writer.add("CAS", group.value, *trios)
        start = end
