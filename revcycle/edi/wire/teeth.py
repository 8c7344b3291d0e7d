"""Teeth and the mouth in X12, both ways: TOO, and the oral cavity codes of SV304."""

from collections.abc import Iterable

from revcycle.domain.claims.dental import Tooth
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

MOST_TEETH = 32
_UNIVERSAL_NUMBERING = "JP"
_MOST_SURFACES = 5
_SURFACES = frozenset("BDFILMO")


def write_teeth(writer: SegmentWriter, teeth: Iterable[Tooth]) -> None:
    """Write one TOO a tooth. Raises CannotWrite for more than 32 teeth or 5 surfaces."""
    for count, tooth in enumerate(teeth, 1):
        if count > MOST_TEETH:
            raise CannotWrite("TOO01", "stands more than 32 times")
        if not tooth.number:
            raise ValueMissing("TOO02", "is missing: the number of the tooth")
        if len(tooth.surfaces) > _MOST_SURFACES:
            raise CannotWrite("TOO03-6", "does not exist: a tooth has at most 5 surfaces")
        if not _SURFACES.issuperset(tooth.surfaces):
            raise CannotWrite("TOO03", "must name surfaces: B, D, F, I, L, M or O")
        writer.add("TOO", _UNIVERSAL_NUMBERING, tooth.number, tooth.surfaces or "")


def read_tooth(segment: Segment) -> Tooth | None:
    """Read a TOO; None when it numbers teeth in another way or names none."""
    if segment[1].upper() not in ("", _UNIVERSAL_NUMBERING) or not segment[2]:
        return None
    return Tooth(segment[2], tuple(surface for surface in segment.components(3) if surface))


def read_cavity(segment: Segment) -> tuple[str, ...]:
    """Read the oral cavity codes of an SV3."""
    return tuple(code for code in segment.components(4) if code)
