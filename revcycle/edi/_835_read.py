"""Read remittances from an 835: header, claims, services, provider adjustments. It judges no balance.

Read on our own segment layer rather than with a library: one reader for all guides, bytes and positions kept.
"""

from dataclasses import dataclass, replace
from datetime import date

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.remittance import ClaimPayment, ProviderAdjustment, Remittance
from revcycle.edi._835_facts import RemittanceFile
from revcycle.edi._835_read_claim import read_claim_payment
from revcycle.edi.adjustments import RETIRED_GROUP
from revcycle.edi.elements import cents, day, missing, parse_day, required, unreadable
from revcycle.edi.envelope import Quarantined, sniff
from revcycle.edi.errors import NotX12, Unreadable
from revcycle.edi.interchange import Transaction, X12File, of_kind, read_file
from revcycle.edi.segments import Segment

_ASK_PAYER = "Ask the payer or clearinghouse to send this remittance again; nothing of it was posted."


def read_remittances(data: bytes) -> RemittanceFile:
    """Return one Remittance for every ST. Raises NotX12.

    A broken claim is quarantined and the rest of its remittance comes with the finding, out of balance by it;
    a transaction whose header is broken, or that is cut and does not add up, is quarantined whole.
    """
    file = read_file(data)
    remittances: list[Remittance] = []
    quarantined: list[Quarantined] = []
    findings = list(file.findings)
    for transaction in of_kind(file, "835"):
        try:
            loops = _split(transaction)
            remittance, aside = _read(file, transaction, loops)
        except Unreadable as error:
            quarantined.append(_put_aside(file, transaction, transaction.segments, error.finding))
            continue
        if not transaction.complete and (aside or not _adds_up(remittance)):
            finding = _cut(transaction)
            quarantined.append(_put_aside(file, transaction, transaction.segments, finding))
            continue
        remittances.append(remittance)
        quarantined.extend(aside)
    if not remittances and not quarantined:
        findings.append(_no_remittance(data))
    number = file.interchange_control_number
    return RemittanceFile(number, tuple(remittances), tuple(quarantined), tuple(findings))


def _no_remittance(data: bytes) -> Finding:
    try:
        message = f"The file holds no remittance; it is a {sniff(data)}."
    except NotX12 as error:
        message = error.finding.message
    return Finding("835.no_remittance", "ST01", message, "Send a remittance advice (835).", Severity.FATAL)


@dataclass(slots=True)
class _Loops:
    header: list[Segment]
    claims: list[list[Segment]]
    provider_adjustments: list[Segment]


def _split(transaction: Transaction) -> _Loops:
    loops = _Loops([], [], [])
    current = loops.header
    for segment in transaction.segments:
        if segment.id == "CLP":
            current = [segment]
            loops.claims.append(current)
        elif segment.id == "PLB":
            loops.provider_adjustments.append(segment)
        elif segment.id not in ("LX", "TS2", "TS3"):
            current.append(segment)
    return loops


def _read(file: X12File, transaction: Transaction, loops: _Loops) -> tuple[Remittance, list[Quarantined]]:
    remittance = _header(transaction, loops.header)
    claims: list[ClaimPayment] = []
    aside: list[Quarantined] = []
    findings = list(remittance.findings)
    for segments in loops.claims:
        try:
            claims.append(read_claim_payment(segments))
        except Unreadable as error:
            aside.append(_put_aside(file, transaction, segments, error.finding))
            findings.append(error.finding)
            continue
        findings.extend(_retired(segment) for segment in segments if _is_retired(segment))
    adjustments = tuple(a for s in loops.provider_adjustments for a in _provider_adjustments(s))
    whole = replace(
        remittance, claims=tuple(claims), provider_adjustments=adjustments, findings=tuple(findings)
    )
    return whole, aside


def _header(transaction: Transaction, header: list[Segment]) -> Remittance:
    first = transaction.segments[0]
    payment = next((s for s in header if s.id == "BPR"), None)
    if payment is None:
        raise missing(first, "The payment (BPR)")
    trace = next((s for s in header if s.id == "TRN"), None)
    if trace is None:
        raise missing(payment, "The reassociation trace number (TRN)")
    names = {s[1].upper(): s for s in reversed(header) if s.id == "N1"}
    payer, payee = names.get("PR"), names.get("PE")
    amount = cents(payment, 2)
    return Remittance(
        payer_id=_payer_id(header, payer, trace, payment),
        payer_name=payer[2] if payer is not None else "",
        payee_npi=_payee_npi(header, payee),
        eft_trace_number=required(trace, 2),
        payment_cents=-amount if payment[3] == "D" else amount,
        payment_method=payment[4],
        payment_date=_payment_date(transaction, header, payment),
        claims=(),
        findings=() if parse_day(payment[16]) else (_undated(payment),),
    )


def _payment_date(transaction: Transaction, header: list[Segment], payment: Segment) -> date:
    """BPR16; where that is no day, the production date (DTM*405), else the date of the group."""
    produced = next((s[2] for s in header if s.id == "DTM" and s[1] == "405"), "")
    stated = (payment[16], produced, transaction.group_date)
    return next(filter(None, map(parse_day, stated)), None) or day(payment, 16)


def _undated(payment: Segment) -> Finding:
    message = "The payment date is not a day of the calendar; the date of production was taken instead."
    remedy = "Compare with the date of the deposit, and tell the payer."
    return Finding("835.payment_date", payment.where(16), message, remedy, Severity.WARNING, payment.position)


def _payer_id(header: list[Segment], payer: Segment | None, trace: Segment, payment: Segment) -> str:
    stated = next((s[2] for s in _references_behind(header, payer) if s[1] == "2U"), "")
    named = payer[4] if payer is not None else ""
    return stated or named or trace[3] or payment[10]


def _payee_npi(header: list[Segment], payee: Segment | None) -> str:
    if payee is None:
        return ""
    if payee[3] == "XX":
        return payee[4]
    other = next((s[2] for s in _references_behind(header, payee) if s[1] in ("HPI", "1C")), "")
    return other or payee[4]


def _references_behind(header: list[Segment], name: Segment | None) -> list[Segment]:
    found: list[Segment] = []
    inside = False
    for segment in header:
        if segment.id == "N1":
            inside = segment is name
        elif inside and segment.id == "REF":
            found.append(segment)
    return found


def _provider_adjustments(segment: Segment) -> list[ProviderAdjustment]:
    found = []
    for index in range(3, len(segment), 2):
        if segment[index] or segment[index + 1]:
            reason, _, reference = required(segment, index).partition(segment.delimiters.component)
            found.append(ProviderAdjustment(reason, reference, cents(segment, index + 1)))
    if not found:
        raise unreadable(
            "x12.missing_element", segment, 3, "The provider adjustment has no reason and amount."
        )
    return found


def _adds_up(remittance: Remittance) -> bool:
    paid = sum(claim.payment_cents for claim in remittance.claims)
    taken = sum(adjustment.amount_cents for adjustment in remittance.provider_adjustments)
    return bool(remittance.claims) and paid - taken == remittance.payment_cents


def _cut(transaction: Transaction) -> Finding:
    last = transaction.segments[-1]
    return Finding(
        "835.cut",
        f"after segment {last.position}",
        "The remittance ends before its SE segment and its claims do not add up to the payment.",
        _ASK_PAYER,
        segment_position=last.position,
    )


def _is_retired(segment: Segment) -> bool:
    return segment.id == "CAS" and segment[1] == RETIRED_GROUP


def _retired(segment: Segment) -> Finding:
    message = "The adjustment group CR is no longer used in remittances; it was read as OA."
    remedy = "Compare the claim with the payer's portal before it is billed on."
    return Finding("835.retired_group", segment.where(1), message, remedy, Severity.WARNING, segment.position)


def _put_aside(
    file: X12File, transaction: Transaction, segments: list[Segment], finding: Finding
) -> Quarantined:
    return Quarantined(segments[0].position, file.raw(segments), (finding,), transaction.control_number)
