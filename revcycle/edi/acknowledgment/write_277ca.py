"""Write a claim acknowledgment, 277CA (005010X214): one receiver, its providers, their claims and lines."""

from collections.abc import Sequence
from datetime import date

from revcycle.domain.mail.acknowledgment import (
    BatchAcknowledgment,
    ClaimAcknowledgment,
    ProviderAcknowledgment,
)
from revcycle.domain.mail.acknowledgment_details import (
    AcknowledgedTotals,
    LineAcknowledgment,
    Status,
    StatusReport,
)
from revcycle.domain.money import x12_amount
from revcycle.domain.remittances.remittance_details import NamedParty
from revcycle.edi.wire.common_segments import write_name
from revcycle.edi.wire.elements import quantity_text
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.edi.wire.errors import CannotWrite
from revcycle.edi.wire.procedure import procedure_element
from revcycle.edi.wire.segment_writer import Element, SegmentWriter, day_text

VERSION = "005010X214"
_NO_NAME = "PATIENT"
_STATUSES_MOST = 3


def write_acknowledgment(
    envelope: Envelope,
    payer: Party,
    receiver: Party,
    claims: Sequence[ClaimAcknowledgment],
    batch_reference: str,
    provider: Party | None = None,
) -> bytes:
    """Return a 277CA for claims of one provider. ``batch_reference`` is BHT03 of the claim file.

    A claim without a patient control number is written as the status of the whole batch (2200B).
    ``provider.identifier`` is an NPI; without a provider the receiver stands for it. Raises CannotWrite.
    """
    single = tuple(claim for claim in claims if claim.patient_control_number)
    whole = next((claim for claim in claims if not claim.patient_control_number), None)
    total = sum(claim.charge_cents for claim in claims)
    received = StatusReport((Status("A1", "19", "PR"),), envelope.at.date(), "WQ", total)
    named, qualifier = (provider, "XX") if provider is not None else (receiver, "FI")
    billing = NamedParty("85", named.name, qualifier=qualifier, identifier=named.identifier, is_person=False)
    batch = BatchAcknowledgment(
        NamedParty("PR", payer.name, qualifier="PI", identifier=payer.identifier, is_person=False),
        NamedParty("41", receiver.name, qualifier="46", identifier=receiver.identifier, is_person=False),
        batch_reference,
        (_report(whole),) if whole is not None else (received,),
        (ProviderAcknowledgment(billing, single),) if single else (),
        batch_reference,
        totals=_totals(single),
    )
    return write_batch(envelope, batch)


def _totals(claims: Sequence[ClaimAcknowledgment]) -> AcknowledgedTotals:
    accepted = [claim.charge_cents for claim in claims if claim.accepted]
    rejected = [claim.charge_cents for claim in claims if not claim.accepted]
    return AcknowledgedTotals(
        len(accepted) or None,
        len(rejected) or None,
        sum(accepted) if accepted else None,
        sum(rejected) if rejected else None,
    )


def _report(claim: ClaimAcknowledgment) -> StatusReport:
    """The one status of a claim that comes without reports."""
    status = Status(claim.category_code, claim.status_code, claim.entity_code)
    action = "WQ" if claim.accepted else "U"
    return StatusReport((status,), claim.effective_date, action, claim.charge_cents, claim.message)


def write_batch(envelope: Envelope, batch: BatchAcknowledgment) -> bytes:
    """Return a 277CA with everything the batch says; days it does not state are that of ``envelope``.

    A claim without a patient is written as one named ``PATIENT``. Raises CannotWrite.
    """
    writer, today = SegmentWriter(), envelope.at.date()
    reference = batch.reference or f"{envelope.interchange_control_number:09d}"
    writer.add("BHT", "0085", "08", reference, day_text(today), f"{envelope.at:%H%M}", "TH")
    writer.level(1, 0, "20", has_children=True)
    write_name(writer, batch.payer)
    writer.add("TRN", "1", batch.payer_trace or batch.batch_reference)
    writer.add("DTP", "050", "D8", day_text(batch.received_on or today))
    writer.add("DTP", "009", "D8", day_text(batch.processed_on or today))
    writer.level(2, 1, "21", has_children=bool(batch.providers))
    write_name(writer, batch.receiver)
    writer.add("TRN", "2", batch.batch_reference)
    _reports(writer, batch.reports, today)
    _write_totals(writer, batch.totals, ("90", "AA"))
    level = 2
    for provider in batch.providers:
        level = _provider(writer, provider, level + 1, today)
    return writer.interchange(envelope, "HN", "277", VERSION)


def _provider(writer: SegmentWriter, told: ProviderAcknowledgment, level: int, today: date) -> int:
    writer.level(level, 2, "19", has_children=bool(told.claims))
    write_name(writer, told.provider)
    if told.trace or told.reports:
        writer.add("TRN", "1", told.trace or "0")
    _reports(writer, told.reports, None)
    if told.secondary is not None:
        writer.add("REF", told.secondary.qualifier, told.secondary.value)
    _write_totals(writer, told.totals, ("QA", "QC"))
    for number, claim in enumerate(told.claims, level + 1):
        writer.add("HL", str(number), str(level), "PT")
        _claim(writer, claim, today)
    return level + len(told.claims)


def _write_totals(writer: SegmentWriter, totals: AcknowledgedTotals, qualifiers: tuple[str, str]) -> None:
    for qualifier, count in zip(qualifiers, (totals.accepted_count, totals.rejected_count), strict=True):
        if count is not None:
            writer.add("QTY", qualifier, str(count))
    for qualifier, cents in (("YU", totals.accepted_cents), ("YY", totals.rejected_cents)):
        if cents is not None:
            writer.add("AMT", qualifier, x12_amount(cents))


def _reports(writer: SegmentWriter, reports: Sequence[StatusReport], today: date | None) -> None:
    """Write STC segments; one without a day has ``today``, where the level has a day at all."""
    for report in reports:
        statuses = [(s.category_code, s.status_code, s.entity_code) for s in report.statuses]
        if not 1 <= len(statuses) <= _STATUSES_MOST:
            raise CannotWrite("STC01", "must be there, and STC10 and STC11 are the last that may follow")
        day = report.effective_date or today
        charge = "" if report.charge_cents is None else x12_amount(report.charge_cents)
        blanks = ("",) * 5
        further: tuple[Element, ...] = (*statuses[1:], *("",) * (_STATUSES_MOST - len(statuses)))
        dated = day_text(day) if day is not None else ""
        writer.add("STC", statuses[0], dated, report.action_code, charge, *blanks, *further, report.message)


def _claim(writer: SegmentWriter, claim: ClaimAcknowledgment, today: date) -> None:
    number = claim.patient_control_number
    write_name(writer, claim.patient or NamedParty("QC", _NO_NAME, qualifier="MI", identifier=number))
    writer.add("TRN", "2", number)
    _reports(writer, claim.reports or (_report(claim),), today)
    told = (
        ("1K", claim.payer_claim_control_number),
        ("D9", claim.clearinghouse_number),
        ("BLT", claim.bill_type),
    )
    _numbers(writer, told)
    _days(writer, claim.service_date or claim.effective_date or today, claim.service_end_date)
    for line in claim.lines:
        _line(writer, line, today)


def _numbers(writer: SegmentWriter, told: Sequence[tuple[str, str]]) -> None:
    for qualifier, value in told:
        if value:
            writer.add("REF", qualifier, value)


def _days(writer: SegmentWriter, start: date, end: date | None) -> None:
    if end is None:
        writer.add("DTP", "472", "D8", day_text(start))
    else:
        writer.add("DTP", "472", "RD8", f"{day_text(start)}-{day_text(end)}")


def _line(writer: SegmentWriter, line: LineAcknowledgment, today: date) -> None:
    units = "" if line.units is None else quantity_text(line.units)
    procedure, charge = procedure_element(line.procedure), x12_amount(line.charge_cents)
    writer.add("SVC", procedure, charge, "", line.revenue_code, "", "", units)
    _reports(writer, line.reports, today)
    _numbers(writer, (("FJ", line.line_item_control_number), ("XZ", line.prescription_number)))
    if line.service_date is not None:
        _days(writer, line.service_date, line.service_end_date)
