"""Write a remittance as an 835 (005010X221A1): what the sandbox payer sends.

Bank account numbers (BPR06 to BPR15) are left out: the bank's own message carries them.
"""

from datetime import date

from revcycle.domain.money import x12_amount
from revcycle.domain.person import Address
from revcycle.domain.remittance import ClaimPayment, Remittance, ServicePayment
from revcycle.edi._835_facts import UnbalancedRemittance
from revcycle.edi.adjustments import write_adjustments
from revcycle.edi.envelope import CannotWrite, Envelope, Party
from revcycle.edi.segment_writer import SegmentWriter, day_text

VERSION = "005010X221A1"
_UNKNOWN_ADDRESS = Address("ADDRESS ON FILE", "WASHINGTON", "DC", "200010000")
_PLB_PAIRS = 6
_FILING_INDICATORS = frozenset(
    code
    for codes in ("12 13 14 15 16 17 AM CH DS HM", "LM MA MB MC OF TV VA WC ZZ")
    for code in codes.split()
)
_MUTUALLY_DEFINED = "ZZ"
_MOA_REMARKS = 5


def write_remittance(envelope: Envelope, payer: Party, payee: Party, remittance: Remittance) -> bytes:
    """Return one interchange with one 835. ``payee.identifier`` is an NPI.

    The remittance's own payer and payee count where it names them. A claim filing indicator that the 835 does
    not know (``CI``, ``BL``) is written as ``ZZ``. Raises UnbalancedRemittance, CannotWrite.
    """
    _check_balance(remittance)
    writer = SegmentWriter()
    payer_id = remittance.payer_id or payer.identifier
    _payment(writer, remittance, payer_id)
    _parties(writer, payer, payee, remittance, payer_id)
    if remittance.claims:
        writer.add("LX", "1")
    for claim in remittance.claims:
        _claim(writer, claim)
    _provider_adjustments(writer, remittance, payee)
    return writer.interchange(envelope, "HP", "835", VERSION)


def _check_balance(remittance: Remittance) -> None:
    for number, claim in enumerate(remittance.claims, 1):
        for line, service in enumerate(claim.services, 1):
            adjusted = sum(a.amount_cents for a in service.adjustments)
            if service.charge_cents - adjusted != service.payment_cents:
                raise UnbalancedRemittance(f"line {line} of claim {number}: SVC02 less CAS is not SVC03")
        adjusted = sum(a.amount_cents for a in claim.all_adjustments)
        if claim.charge_cents - adjusted != claim.payment_cents:
            raise UnbalancedRemittance(f"claim {number}: CLP03 less CAS is not CLP04")
    paid = sum(claim.payment_cents for claim in remittance.claims)
    taken = sum(adjustment.amount_cents for adjustment in remittance.provider_adjustments)
    if paid - taken != remittance.payment_cents:
        raise UnbalancedRemittance("transaction: the claim payments less PLB are not BPR02")
    if remittance.payment_cents < 0:
        raise UnbalancedRemittance("transaction: BPR02 is below zero; carry it forward with PLB FB")


def _originator(payer_id: str) -> str:
    """TRN03 and BPR10 have ten characters: 1 and a nine-digit number, here made of the payer id."""
    return "1" + payer_id.rjust(9, "0")[-9:]


def _payment(writer: SegmentWriter, remittance: Remittance, payer_id: str) -> None:
    day, method = day_text(remittance.payment_date), remittance.payment_method
    electronic = method == "ACH"
    handling = "H" if method == "NON" else "I"
    originator = _originator(payer_id)
    writer.add(
        "BPR", handling, x12_amount(remittance.payment_cents), "C", method, "CCP" if electronic else "",
        "", "", "", "", originator if electronic else "", "", "", "", "", "", day,
    )  # fmt: skip
    writer.add("TRN", "1", remittance.eft_trace_number, originator)
    writer.add("DTM", "405", day)


def _parties(
    writer: SegmentWriter, payer: Party, payee: Party, remittance: Remittance, payer_id: str
) -> None:
    writer.add("N1", "PR", remittance.payer_name or payer.name)
    writer.address(payer.address or _UNKNOWN_ADDRESS)
    writer.add("REF", "2U", payer_id)
    phone = "".join(digit for digit in payer.contact_phone if digit.isdecimal())
    writer.add("PER", "BL", payer.contact_name or payer.name, "TE" if phone else "", phone)
    writer.add("N1", "PE", payee.name, "XX", remittance.payee_npi or payee.identifier)


def _claim(writer: SegmentWriter, claim: ClaimPayment) -> None:
    writer.add(
        "CLP",
        claim.patient_control_number,
        claim.status_code,
        x12_amount(claim.charge_cents),
        x12_amount(claim.payment_cents),
        x12_amount(claim.patient_responsibility_cents) if claim.patient_responsibility_cents else "",
        claim.claim_filing_indicator
        if claim.claim_filing_indicator in _FILING_INDICATORS
        else _MUTUALLY_DEFINED,
        claim.payer_claim_control_number,
    )
    write_adjustments(writer, claim.adjustments)
    writer.add("NM1", "QC", "1")
    if claim.crossover_carrier:
        carrier = claim.crossover_carrier
        writer.party("TT", carrier, qualifier="PI", identifier=carrier)
    if len(claim.remark_codes) > _MOA_REMARKS:
        raise CannotWrite("MOA08", "does not exist: a claim carries at most 5 remark codes")
    if claim.remark_codes:
        writer.add("MOA", "", "", *claim.remark_codes)
    for service in claim.services:
        _service(writer, service)


def _service(writer: SegmentWriter, service: ServicePayment) -> None:
    procedure = ("HC", service.procedure_code, *service.modifiers)
    paid = x12_amount(service.payment_cents)
    writer.add("SVC", procedure, x12_amount(service.charge_cents), paid, "", service.units)
    if service.service_date is not None:
        writer.add("DTM", "472", day_text(service.service_date))
    write_adjustments(writer, service.adjustments)
    if service.line_item_control_number:
        writer.add("REF", "6R", service.line_item_control_number)
    if service.allowed_cents is not None:
        writer.add("AMT", "B6", x12_amount(service.allowed_cents))
    for code in service.remark_codes:
        writer.add("LQ", "HE", code)


def _provider_adjustments(writer: SegmentWriter, remittance: Remittance, payee: Party) -> None:
    adjustments = remittance.provider_adjustments
    npi, year_end = remittance.payee_npi or payee.identifier, date(remittance.payment_date.year, 12, 31)
    for start in range(0, len(adjustments), _PLB_PAIRS):
        pairs: list[str | tuple[str, ...]] = []
        for adjustment in adjustments[start : start + _PLB_PAIRS]:
            pairs.append((adjustment.reason_code, adjustment.reference))
            pairs.append(x12_amount(adjustment.amount_cents))
        writer.add("PLB", npi, day_text(year_end), *pairs)
