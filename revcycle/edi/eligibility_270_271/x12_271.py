"""Eligibility answer, 271 (005010X279A1): active or not, what it pays, the patient's share, or why nobody can say."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import BinaryIO

from revcycle.domain.claims.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.domain.finding import Finding
from revcycle.edi.eligibility_270_271.read_271 import read_segments
from revcycle.edi.eligibility_270_271.short_answer import short_answer
from revcycle.edi.eligibility_270_271.write_271 import AnswerWriter
from revcycle.edi.eligibility_270_271.x12_270 import VERSION
from revcycle.edi.inquiry.parts import trace_originator
from revcycle.edi.inquiry.reading import Guide, ReadFile, iter_facts, read_facts
from revcycle.edi.wire.envelope import Envelope, Party, Quarantined
from revcycle.edi.wire.errors import ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

_GUIDE = Guide("271", read_segments)


def write_answer(
    envelope: Envelope, payer: Party, inquiry: EligibilityInquiry, answer: EligibilityAnswer
) -> bytes:
    """Return the 271 that answers one inquiry; what the answer leaves empty is echoed from the inquiry."""
    return write_answers(envelope, payer, ((inquiry, answer),))


def write_answers(
    envelope: Envelope, payer: Party, answered: Sequence[tuple[EligibilityInquiry, EligibilityAnswer]]
) -> bytes:
    """Return one 271 that answers each inquiry in turn.

    Benefits come from ``answer.benefits``, or from the answer's short fields when it has none. A rejection of the
    system, payer or provider is written in its level, and nothing below it. Raises CannotWrite.
    """
    if not answered:
        raise ValueMissing("EB", "must answer at least one inquiry")
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0022", "11", answered[0][0].trace_number, day_text(at), f"{at:%H%M}")
    number, originator = 0, trace_originator(payer.identifier)
    for inquiry, answer in answered:
        number = AnswerWriter(writer, payer, originator, inquiry).write(number, answer)
    return writer.interchange(envelope, "HB", "271", VERSION)


def with_short_answer(answer: EligibilityAnswer) -> EligibilityAnswer:
    """Return the answer with its short fields (active, plan, patient's share) set to what its benefits say."""
    return replace(answer, **asdict(short_answer(answer.benefits, answer.rejections)))


def iter_answers(source: bytes | BinaryIO) -> Iterator[EligibilityAnswer | Finding | Quarantined]:
    """Read a file as it streams by, one answer in memory. Raises NotX12."""
    return iter_facts(source, _GUIDE)


def read(data: bytes | BinaryIO) -> ReadFile[EligibilityAnswer]:
    """Read every answer of the file, with findings for what is broken or has no fact. Raises NotX12."""
    return read_facts(data, _GUIDE)


def read_answers(data: bytes) -> tuple[EligibilityAnswer, ...]:
    """Return one answer for every subscriber or dependent the file answers for. Raises NotX12.

    A rejection of the payer or provider as such comes as an answer without a trace number. Names and birth
    date are the subscriber's, as the payer holds them.
    """
    return read(data).facts
