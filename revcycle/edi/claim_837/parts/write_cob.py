"""The part of an 837 that coordinates benefits: other coverages (2320/2330) and line adjudication (2430).

For every other payer that has paid, the amounts must add up: CLM02 = AMT*D + claim CAS + line CAS, and per
line its charge = SVD02 + CAS. Where the payer's services cannot be matched one to one with the claim's lines,
or a line does not add up, its line adjustments are reported at claim level, so that nothing is invented and the
sums still hold. Where even the claim does not add up, it is refused: no payer would take it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from revcycle.domain.claims.claim import Claim, ClaimKind, Coverage, ServiceLine
from revcycle.domain.money import x12_amount
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup, ClaimPayment, ServicePayment
from revcycle.edi.claim_837.parts.details import needs, write_references
from revcycle.edi.claim_837.parts.facts import PriorPayment
from revcycle.edi.claim_837.parts.outcome import write_outcome
from revcycle.edi.claim_837.parts.write_parties import write_insured
from revcycle.edi.wire.adjustments import write_adjustments
from revcycle.edi.wire.errors import CannotWrite
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

_MOST_OTHER_PAYERS = 10
_MOST_PAYER_IDS = 2
_REVENUE_CODE = "NU"
"""The qualifier of a paid service that was billed by its revenue code alone; a claim names that in SVD04."""
_SUBSCRIBER_IDS = ("SY",)
_PAYER_IDS = {"2U": 1, "EI": 1, "FY": 1, "NF": 1}
_AUTHORIZATIONS = {"G1": 1, "9F": 1, "T4": 1}


@dataclass(frozen=True, slots=True)
class MatchedPayment:
    """What a payer paid, its coverage, and per claim line the service that was paid (None: claim level only)."""

    payment: ClaimPayment
    paid_on: str
    coverage: Coverage
    services: tuple[ServicePayment, ...] | None


LinePayments = tuple[MatchedPayment, ...]


def match_lines(claim: Claim, prior_payments: Sequence[PriorPayment]) -> LinePayments:
    """Find the claim line of every paid service: by line item control number, else by procedure and charge.

    Raises CannotWrite when what a payer paid and adjusted is not the claim's charge.
    """
    matched = []
    for coverage in claim.coverages:
        priors = [prior for prior in prior_payments if _is_of(prior, coverage)]
        if priors:
            payment, paid_on = _joined(priors), max(prior.paid_on for prior in priors)
            _must_balance(claim, payment)
            services = _services_by_line(claim, payment)
            matched.append(MatchedPayment(payment, day_text(paid_on), coverage, services))
    return tuple(matched)


def _is_of(prior: PriorPayment, coverage: Coverage) -> bool:
    return prior.responsibility is coverage.responsibility and prior.payer_id in ("", coverage.payer_id)


def _joined(priors: Sequence[PriorPayment]) -> ClaimPayment:
    """One payment of what a payer split into several."""
    payments = [prior.payment for prior in priors]
    if len(payments) == 1:
        return payments[0]
    return replace(
        payments[-1],
        payment_cents=sum(one.payment_cents for one in payments),
        adjustments=tuple(a for one in payments for a in one.adjustments),
        services=tuple(service for one in payments for service in one.services),
        remark_codes=tuple(dict.fromkeys(code for one in payments for code in one.remark_codes)),
    )


def _must_balance(claim: Claim, payment: ClaimPayment) -> None:
    adjusted = sum(a.amount_cents for a in payment.all_adjustments)
    if claim.charge_cents != payment.payment_cents + adjusted:
        raise CannotWrite(
            "AMT02",
            "does not add up: what an earlier payer paid and its adjustments are not the claim's charge (loop 2320)",
        )


def _services_by_line(claim: Claim, payment: ClaimPayment) -> tuple[ServicePayment, ...] | None:
    open_services = list(payment.services)
    if len(open_services) != len(claim.lines):
        return None
    found: list[ServicePayment] = []
    for line in claim.lines:
        service = _service_of(line, open_services)
        if service is None or not _balances(line, service):
            return None
        open_services.remove(service)
        found.append(service)
    return tuple(found)


def _service_of(line: ServiceLine, services: Sequence[ServicePayment]) -> ServicePayment | None:
    control_number = line.line_item_control_number or str(line.line_number)
    by_number = next((s for s in services if s.line_item_control_number == control_number), None)
    if by_number is not None:
        return by_number
    key = (line.procedure_code or line.revenue_code, line.charge_cents)
    return next((s for s in services if (s.procedure_code, s.charge_cents) == key), None)


def _balances(line: ServiceLine, service: ServicePayment) -> bool:
    adjusted = sum(a.amount_cents for a in service.adjustments)
    return line.charge_cents == service.charge_cents == service.payment_cents + adjusted


def other_coverages(
    writer: SegmentWriter, claim: Claim, destination: Coverage, payments: LinePayments
) -> None:
    """Write one 2320/2330 for every coverage but the destination."""
    others = [coverage for coverage in claim.coverages if coverage is not destination]
    if len(others) > _MOST_OTHER_PAYERS:
        raise CannotWrite("SBR01", "stands too often: a claim names at most 10 other payers (loop 2320)")
    for coverage in others:
        paid = next((payment for payment in payments if payment.coverage is coverage), None)
        _subscriber_role(writer, coverage)
        _amounts(writer, coverage, paid)
        statements = claim.statements
        signed = "P" if statements.signed_for_patient else ""
        writer.add("OI", "", "", statements.benefits_assigned, signed, "", statements.release)
        if paid is not None:
            write_outcome(writer, paid.payment, claim.kind is ClaimKind.INSTITUTIONAL)
        _names(writer, coverage, paid)


def _subscriber_role(writer: SegmentWriter, coverage: Coverage) -> None:
    writer.add(
        "SBR", coverage.responsibility.value, coverage.relationship_code, coverage.group_number,
        coverage.group_name, coverage.medicare_secondary_reason, "", "", "", coverage.claim_filing_indicator,
    )  # fmt: skip


def _amounts(writer: SegmentWriter, coverage: Coverage, paid: MatchedPayment | None) -> None:
    if paid is not None:
        payment = paid.payment
        at_claim_level = payment.all_adjustments if paid.services is None else payment.adjustments
        write_adjustments(writer, _merged(at_claim_level))
        writer.add("AMT", "D", x12_amount(payment.payment_cents))
    if coverage.not_covered_cents is not None:
        writer.add("AMT", "A8", x12_amount(coverage.not_covered_cents))
    if paid is not None and paid.services is None:
        _remaining_liability(writer, paid.payment.all_adjustments)


def _names(writer: SegmentWriter, coverage: Coverage, paid: MatchedPayment | None) -> None:
    write_insured(writer, coverage)
    if coverage.subscriber.address is not None:
        writer.address(coverage.subscriber.address)
    for reference in coverage.subscriber_ids:
        if reference.qualifier in _SUBSCRIBER_IDS:
            writer.add("REF", reference.qualifier, reference.value)
    needs(coverage.payer_id, "NM109", "another payer's identifier (loop 2330B)")
    writer.party("PR", coverage.payer_name, qualifier="PI", identifier=coverage.payer_id)
    if coverage.payer_address is not None:
        writer.address(coverage.payer_address)
    if paid is not None and paid.services is None:
        writer.add("DTP", "573", "D8", paid.paid_on)
    write_references(writer, coverage.payer_ids[:_MOST_PAYER_IDS], _PAYER_IDS)
    write_references(writer, coverage.authorizations, _AUTHORIZATIONS)
    if paid is not None and paid.payment.payer_claim_control_number:
        writer.add("REF", "F8", paid.payment.payer_claim_control_number)


def line_adjudication(writer: SegmentWriter, payments: LinePayments, line: ServiceLine, index: int) -> None:
    """Write the 2430 loops of the line with that index (from 0)."""
    for paid in payments:
        if paid.services is None:
            continue
        service = paid.services[index]
        code = "" if service.procedure_qualifier == _REVENUE_CODE else service.procedure_code
        writer.add(
            "SVD",
            paid.coverage.payer_id,
            x12_amount(service.payment_cents),
            (line.procedure_qualifier, code, *service.modifiers) if code else "",
            line.revenue_code,
            service.units or "1",
        )
        write_adjustments(writer, _merged(service.adjustments))
        writer.add("DTP", "573", "D8", paid.paid_on)
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
