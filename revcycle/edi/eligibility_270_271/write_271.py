"""Answers to segments of a 271 (005010X279A1)."""

from datetime import date

from revcycle.domain.claims.benefit import BenefitEntity, PlanDate, PlanReference, RejectedAt, Trace
from revcycle.domain.claims.eligibility import Dependent, EligibilityAnswer, EligibilityInquiry
from revcycle.domain.person import Address
from revcycle.edi.eligibility_270_271.benefits import write_benefit, write_rejection
from revcycle.edi.eligibility_270_271.short_answer import benefits_of, rejections_of
from revcycle.edi.inquiry.parts import (
    write_address,
    write_contacts,
    write_date,
    write_entity,
    write_references,
)
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Party
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

_ABOVE_THE_PERSON = frozenset([RejectedAt.SYSTEM, RejectedAt.PAYER, RejectedAt.PROVIDER])


class AnswerWriter:
    """Writes one answer below the transaction's header."""

    def __init__(
        self, writer: SegmentWriter, payer: Party, originator: str, inquiry: EligibilityInquiry
    ) -> None:
        """Answer this inquiry in the payer's name; ``originator`` is TRN03."""
        self._writer = writer
        self._payer = payer
        self._originator = originator
        self._inquiry = inquiry

    def write(self, number: int, answer: EligibilityAnswer) -> int:
        """Write the levels from the payer down, numbered after ``number``; return the last number."""
        at = {rejection.at for rejection in answer.rejections}
        refused_above = bool(at & _ABOVE_THE_PERSON)
        self._source(number + 1, answer, only_this=refused_above and RejectedAt.PROVIDER not in at)
        if refused_above and RejectedAt.PROVIDER not in at:
            return number + 1
        self._receiver(number + 2, answer, only_this=refused_above)
        if refused_above:
            return number + 2
        dependent = self._dependent(answer)
        if at and at <= {RejectedAt.SUBSCRIBER}:
            dependent = None
        self._subscriber(number + 3, answer, dependent)
        if dependent is None:
            return number + 3
        self._writer.level(number + 4, number + 3, "23", False)
        self._traces(answer)
        self._patient(answer, dependent)
        return number + 4

    def _source(self, number: int, answer: EligibilityAnswer, only_this: bool) -> None:
        writer = self._writer
        writer.level(number, 0, "20", not only_this)
        self._rejections(answer, RejectedAt.SYSTEM)
        writer.party("PR", self._payer.name, qualifier="PI", identifier=self._payer.identifier)
        write_contacts(writer, answer.payer_contacts)
        self._rejections(answer, RejectedAt.PAYER)

    def _receiver(self, number: int, answer: EligibilityAnswer, only_this: bool) -> None:
        self._writer.level(number, number - 1, "21", not only_this)
        asked = self._inquiry
        first_name = asked.provider_first_name
        provider = answer.provider or BenefitEntity(
            "1P",
            asked.provider_name,
            first_name,
            person=bool(first_name),
            identifier_kind="XX",
            identifier=asked.provider_npi,
        )
        write_entity(self._writer, provider)
        self._rejections(answer, RejectedAt.PROVIDER)

    def _rejections(self, answer: EligibilityAnswer, at: RejectedAt) -> None:
        for rejection in rejections_of(answer, RejectedAt.SUBSCRIBER):
            if rejection.at is at:
                write_rejection(self._writer, rejection)

    def _dependent(self, answer: EligibilityAnswer) -> Dependent | None:
        asked = self._inquiry
        if answer.dependent is None and (asked.dependent_last_name or asked.dependent_first_name):
            born = asked.dependent_birth_date
            return Dependent(asked.dependent_last_name, asked.dependent_first_name, birth_date=born)
        return answer.dependent

    def _traces(self, answer: EligibilityAnswer) -> None:
        self._writer.add("TRN", "2", answer.trace_number, self._originator)
        for trace in answer.other_traces:
            self._trace(trace)

    def _trace(self, trace: Trace) -> None:
        self._writer.add("TRN", "1", trace.number, trace.originator, trace.note)

    def _subscriber(self, number: int, answer: EligibilityAnswer, dependent: Dependent | None) -> None:
        writer, asked = self._writer, self._inquiry
        writer.level(number, number - 1, "22", dependent is not None)
        if dependent is None:
            self._traces(answer)
        last_name, first_name = answer.last_name or asked.last_name, answer.first_name or asked.first_name
        names = (last_name, first_name, answer.middle_name, answer.suffix)
        member_id = answer.member_id or asked.member_id
        writer.party("IL", *names, qualifier="MI", identifier=member_id, person=True)
        self._about(answer.references, answer.address)
        if dependent is None:
            for rejection in rejections_of(answer, RejectedAt.SUBSCRIBER):
                write_rejection(writer, rejection)
        self._demographics(answer.birth_date or asked.birth_date, answer.sex)
        self._insured("Y", answer.relationship_code, answer.corrected)
        if dependent is None:
            self._coverage(answer)

    def _patient(self, answer: EligibilityAnswer, dependent: Dependent) -> None:
        names = (dependent.last_name, dependent.first_name, dependent.middle_name, dependent.suffix)
        self._writer.party("03", *names, person=True)
        self._about(dependent.references, dependent.address)
        for rejection in rejections_of(answer, RejectedAt.DEPENDENT):
            write_rejection(self._writer, rejection)
        self._demographics(dependent.birth_date, dependent.sex)
        self._insured("N", dependent.relationship_code, dependent.corrected)
        self._coverage(answer)

    def _about(self, references: tuple[PlanReference, ...], address: Address | None) -> None:
        write_references(self._writer, references)
        if address is not None:
            write_address(self._writer, address)

    def _demographics(self, born: date | None, sex: str) -> None:
        text = "" if born is None or born == NOT_STATED else day_text(born)
        if text or sex:
            self._writer.add("DMG", "D8" if text else "", text, sex)

    def _insured(self, is_subscriber: str, relationship: str, corrected: bool) -> None:
        if relationship or corrected:
            changed = ("001", "25") if corrected else ()
            self._writer.add("INS", is_subscriber, relationship, *changed)

    def _coverage(self, answer: EligibilityAnswer) -> None:
        asked = PlanDate("291", self._inquiry.service_date, self._inquiry.service_date_to)
        for dated in answer.dates or (asked,):
            write_date(self._writer, dated.qualifier, dated.first, dated.last)
        for benefit in benefits_of(answer):
            write_benefit(self._writer, benefit)
