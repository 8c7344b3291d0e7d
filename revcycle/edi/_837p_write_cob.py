"""The part of an 837P that coordinates benefits: other coverages (2320/2330) and line adjudication (2430).

For every other payer that has paid, the amounts must add up: CLM02 = AMT*D + claim CAS + line CAS, and per
line SV102 = SVD02 + CAS. Where the payer's services cannot be matched one to one with the claim's lines, its
line adjustments are reported at claim level, so that nothing is invented and the sums still hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from revcycle.domain.claim import Claim, Coverage
from revcycle.domain.money import x12_amount
from revcycle.domain.remittance import Adjustment, AdjustmentGroup, ServicePayment
from revcycle.edi._837p_facts import ClaimToSend, PriorPayment
from revcycle.edi.adjustments import write_adjustments
from revcycle.edi.segment_writer import SegmentWriter, day_text


@dataclass(frozen=True, slots=True)
class MatchedPayment:
    """A prior payment, its payer, and per claim line the service that was paid (None: claim level only)."""

    prior: PriorPayment
    coverage: Coverage
    services: tuple[ServicePayment, ...] | None


LinePayments = tuple[MatchedPayment, ...]


def match_lines(claim: Claim, prior_payments: Sequence[PriorPayment]) -> LinePayments:
    """Find the claim line of every paid service: by line item control number, else by procedure and charge."""
    matched = []
    for prior in prior_payments:
        coverage = claim.coverage(prior.responsibility)
        if coverage is not None:
            matched.append(MatchedPayment(prior, coverage, _services_by_line(claim, prior)))
    return tuple(matched)


def _services_by_line(claim: Claim, prior: PriorPayment) -> tuple[ServicePayment, ...] | None:
    open_services = list(prior.payment.services)
    if len(open_services) != len(claim.lines):
        return None
    found: list[ServicePayment] = []
    for line in claim.lines:
        control_number = line.line_item_control_number or str(line.line_number)
        service = next((s for s in open_services if s.line_item_control_number == control_number), None)
        if service is None:
            key = (line.procedure_code, line.charge_cents)
            service = next((s for s in open_services if (s.procedure_code, s.charge_cents) == key), None)
        if service is None or service.charge_cents != line.charge_cents:
            return None
        open_services.remove(service)
        found.append(service)
    return tuple(found)


def other_coverages(
    writer: SegmentWriter, sent: ClaimToSend, destination: Coverage, payments: LinePayments
) -> None:
    """Write one 2320/2330 for every coverage but the destination."""
    by_place = {payment.prior.responsibility: payment for payment in payments}
    for coverage in sent.claim.coverages:
        if coverage.responsibility is not destination.responsibility:
            _other_coverage(writer, coverage, by_place.get(coverage.responsibility))


def _other_coverage(writer: SegmentWriter, coverage: Coverage, paid: MatchedPayment | None) -> None:
    writer.add(
        "SBR", coverage.responsibility.value, coverage.relationship_code, coverage.group_number,
        "", "", "", "", "", coverage.claim_filing_indicator,
    )  # fmt: skip
    if paid is not None:
        payment = paid.prior.payment
        at_claim_level = payment.all_adjustments if paid.services is None else payment.adjustments
        write_adjustments(writer, _merged(at_claim_level))
        writer.add("AMT", "D", x12_amount(payment.payment_cents))
        if paid.services is None:
            _remaining_liability(writer, at_claim_level)
    writer.add("OI", "", "", "Y", "", "", "Y")
    subscriber = coverage.subscriber
    names = (subscriber.last_name, subscriber.first_name, subscriber.middle_name, subscriber.suffix)
    writer.party("IL", *names, "MI", coverage.member_id, person=True)
    if subscriber.address is not None:
        writer.address(subscriber.address)
    writer.party("PR", coverage.payer_name, qualifier="PI", identifier=coverage.payer_id)
    if paid is None:
        return
    if paid.services is None:
        writer.add("DTP", "573", "D8", day_text(paid.prior.paid_on))
    if paid.prior.payment.payer_claim_control_number:
        writer.add("REF", "F8", paid.prior.payment.payer_claim_control_number)


def line_adjudication(writer: SegmentWriter, payments: LinePayments, index: int) -> None:
    """Write the 2430 loops of the line with that index."""
    for paid in payments:
        if paid.services is None:
            continue
        service = paid.services[index]
        procedure = ("HC", service.procedure_code, *service.modifiers)
        writer.add(
            "SVD",
            paid.coverage.payer_id,
            x12_amount(service.payment_cents),
            procedure,
            "",
            service.units or "1",
        )
        write_adjustments(writer, _merged(service.adjustments))
        writer.add("DTP", "573", "D8", day_text(paid.prior.paid_on))
        _remaining_liability(writer, service.adjustments)


def _remaining_liability(writer: SegmentWriter, adjustments: Iterable[Adjustment]) -> None:
    owed = sum(a.amount_cents for a in adjustments if a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY)
    if owed > 0:
        writer.add("AMT", "EAF", x12_amount(owed))


def _merged(adjustments: Sequence[Adjustment]) -> list[Adjustment]:
    """One adjustment per group and reason, groups together; what adds up to nothing is left out."""
    groups = list(dict.fromkeys(a.group for a in adjustments))
    by_group = sorted(adjustments, key=lambda a: groups.index(a.group))
    order = list(dict.fromkeys((a.group, a.reason_code) for a in by_group))
    totals = dict.fromkeys(order, 0)
    quantities = dict.fromkeys(order, "")
    for adjustment in adjustments:
        key = (adjustment.group, adjustment.reason_code)
        totals[key] += adjustment.amount_cents
        quantities[key] = adjustment.quantity or quantities[key]
    return [Adjustment(*key, totals[key], quantities[key]) for key in order if totals[key]]
