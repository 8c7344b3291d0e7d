"""Claim status answer, 277 (005010X212): where the claim stands at the payer."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import BinaryIO

from revcycle.domain.claims.benefit import BenefitEntity
from revcycle.domain.claims.claim_status import (
    StatusAnswer,
    StatusCode,
    StatusInquiry,
    StatusLevel,
    StatusReport,
)
from revcycle.domain.finding import Finding
from revcycle.edi.claim_status_276_277.parts import (
    BILL_TYPE,
    PATIENT_NUMBER,
    PAYER_NUMBER,
    SERVICE_DATE,
    write_report,
    write_service,
    write_service_numbers,
)
from revcycle.edi.claim_status_276_277.read_277 import read_segments, with_latest
from revcycle.edi.claim_status_276_277.x12_276 import VERSION
from revcycle.edi.inquiry.parts import write_contacts, write_date, write_entity, write_references
from revcycle.edi.inquiry.reading import Guide, ReadFile, iter_facts, read_facts
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Envelope, Party, Quarantined
from revcycle.edi.wire.errors import ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

__all__ = ["VERSION", "iter_answers", "read", "read_answers", "with_latest", "write_answer", "write_answers"]

_OTHER_GUIDES = ("X214", "X364", "X228", "X313")
"""Claim acknowledgments, pending claims and requests for documents are 277s too, with guides of their own."""
_GUIDE = Guide("277", read_segments, _OTHER_GUIDES)


def write_answer(envelope: Envelope, payer: Party, inquiry: StatusInquiry, answer: StatusAnswer) -> bytes:
    """Return the 277 that answers one inquiry; the provider is also the receiver. Raises CannotWrite."""
    return write_answers(envelope, payer, ((inquiry, answer),))


def write_answers(
    envelope: Envelope, payer: Party, answered: Sequence[tuple[StatusInquiry, StatusAnswer]]
) -> bytes:
    """Return one 277 that answers each inquiry in turn.

    Statuses come from ``answer.reports``, or from the answer's short fields when it has none. An answer about the
    provider or the inquirer is written in its level, and no claim below it. Raises CannotWrite.
    """
    if not answered:
        raise ValueMissing("STC", "must answer at least one inquiry")
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0010", "08", answered[0][0].trace_number, day_text(at), f"{at:%H%M}", "DG")
    number = 0
    for inquiry, answer in answered:
        number = _Answer(writer, envelope, payer, inquiry, answer).write(number)
    return writer.interchange(envelope, "HN", "277", VERSION)


class _Answer:
    """Writes the levels of one answer."""

    def __init__(
        self,
        writer: SegmentWriter,
        envelope: Envelope,
        payer: Party,
        inquiry: StatusInquiry,
        answer: StatusAnswer,
    ) -> None:
        self._writer = writer
        self._receiver_id = envelope.receiver_id
        self._today = envelope.at.date()
        self._payer = payer
        self._inquiry = inquiry
        self._answer = answer

    def write(self, number: int) -> int:
        """Write the levels numbered after ``number``; return the last number."""
        writer, asked, level = self._writer, self._inquiry, self._answer.level
        writer.level(number + 1, 0, "20", True)
        writer.party("PR", self._payer.name, qualifier="PI", identifier=self._payer.identifier)
        write_contacts(writer, self._answer.payer_contacts)
        writer.level(number + 2, number + 1, "21", level is not StatusLevel.RECEIVER)
        writer.party("41", asked.provider_name, qualifier="46", identifier=self._receiver_id)
        if level is StatusLevel.RECEIVER:
            self._statuses()
            return number + 2
        writer.level(number + 3, number + 2, "19", level is not StatusLevel.PROVIDER)
        first_name = asked.provider_first_name
        writer.party(
            "1P",
            asked.provider_name,
            first_name,
            qualifier=asked.provider_id_kind,
            identifier=self._answer.provider_npi or asked.provider_npi,
            person=bool(first_name),
        )
        if level is StatusLevel.PROVIDER:
            self._statuses()
            return number + 3
        return self._patient(number + 4)

    def _patient(self, number: int) -> int:
        writer, asked, answer = self._writer, self._inquiry, self._answer
        dependent = answer.dependent
        if dependent is None and (asked.dependent_last_name or asked.dependent_first_name):
            dependent = BenefitEntity(
                "QC", asked.dependent_last_name, asked.dependent_first_name, person=True
            )
        writer.level(number, number - 1, "22", dependent is not None)
        names = (answer.last_name or asked.last_name, answer.first_name or asked.first_name)
        member_id = answer.member_id or asked.member_id
        writer.party("IL", *names, qualifier="MI", identifier=member_id, person=True)
        if dependent is not None:
            number += 1
            writer.level(number, number - 1, "23", False)
            write_entity(writer, dependent)
        self._statuses()
        self._claim()
        return number

    def _statuses(self) -> None:
        self._writer.add("TRN", "2", self._answer.trace_number or self._inquiry.trace_number)
        for report in self._answer.reports or (_report(self._answer, self._today),):
            write_report(self._writer, report)

    def _claim(self) -> None:
        writer, asked, answer = self._writer, self._inquiry, self._answer
        for qualifier, value in (
            (PAYER_NUMBER, answer.payer_claim_control_number),
            (BILL_TYPE, answer.bill_type),
            (PATIENT_NUMBER, answer.patient_control_number or asked.patient_control_number),
        ):
            if value:
                writer.add("REF", qualifier, value)
        write_references(writer, answer.references)
        if answer.service_date is not None:
            write_date(writer, SERVICE_DATE, answer.service_date, answer.service_date_to)
        elif asked.service_date != NOT_STATED:
            write_date(writer, SERVICE_DATE, asked.service_date, asked.service_date_to)
        for line in answer.lines:
            write_service(writer, line.service, line.payment_cents)
            for report in line.reports:
                write_report(writer, report)
            write_service_numbers(writer, line.service)


def _report(answer: StatusAnswer, today: date) -> StatusReport:
    return StatusReport(
        codes=(StatusCode(answer.category_code, answer.status_code, answer.entity_code),),
        effective_date=answer.effective_date or today,
        charge_cents=answer.charge_cents,
        payment_cents=answer.payment_cents,
    )


def iter_answers(source: bytes | BinaryIO) -> Iterator[StatusAnswer | Finding | Quarantined]:
    """Read a file as it streams by, one answer in memory. Raises NotX12."""
    return iter_facts(source, _GUIDE)


def read(data: bytes | BinaryIO) -> ReadFile[StatusAnswer]:
    """Read every answer of the file, with findings for what is broken or has no fact. Raises NotX12."""
    return read_facts(data, _GUIDE)


def read_answers(data: bytes) -> tuple[StatusAnswer, ...]:
    """Return one answer for every claim the file speaks of. Raises NotX12.

    A provider's or receiver's status counts where a claim has none of its own, and comes with an empty trace
    number where no claim follows. Of several statuses of one claim the latest counts.
    """
    return read(data).facts
