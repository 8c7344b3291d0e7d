"""Write a remittance as an 835 (005010X221A1): what the sandbox payer sends.

Everything a reader carries is written. Of a bank account only the last four characters are known, so its number
(BPR09, BPR15) is written masked.
"""

from datetime import date
from itertools import groupby

from revcycle.domain.money import x12_amount
from revcycle.domain.person import Address
from revcycle.domain.remittances.remittance import ClaimPayment, ProviderAdjustment, Remittance
from revcycle.domain.remittances.remittance_details import (
    BankAccount,
    Channel,
    ClaimGroup,
    ContactPoint,
    DrgSummary,
    Reference,
    RemittanceParty,
)
from revcycle.edi.remittance_835.facts import UnbalancedRemittance
from revcycle.edi.remittance_835.write_claim import write_claim, write_contact, write_references
from revcycle.edi.wire.common_segments import (
    DRG_SUMMARY,
    PROVIDER_SUMMARY,
    TS2_ELEMENTS,
    TS3_ELEMENTS,
    write_values,
)
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

VERSION = "005010X221A1"
_UNKNOWN_ADDRESS = Address("ADDRESS ON FILE", "WASHINGTON", "DC", "200010000")
_PLB_PAIRS = 6
_MASK = "XXXXXX"


def write_remittance(envelope: Envelope, payer: Party, payee: Party, remittance: Remittance) -> bytes:
    """Return one interchange with one 835. ``payee.identifier`` is an NPI.

    The remittance's own payer and payee count where it names them. A claim filing indicator that the 835 does
    not know (``CI``, ``BL``) is written as ``ZZ``. Raises UnbalancedRemittance, CannotWrite.
    """
    check_balance(remittance)
    writer = SegmentWriter()
    payer_id = remittance.payer_id or payer.identifier
    _payment(writer, remittance, payer_id)
    _payer(writer, remittance.payer or _stand_in(payer, remittance, payer_id))
    _payee(writer, payee, remittance)
    _claims(writer, remittance)
    _provider_adjustments(writer, remittance, payee)
    return writer.interchange(envelope, "HP", "835", VERSION)


def check_balance(remittance: Remittance) -> None:
    """Refuse a remittance whose lines, claims or total do not add up. Raises UnbalancedRemittance."""
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
    day, method, transfer = day_text(remittance.payment_date), remittance.payment_method, remittance.transfer
    electronic = method == "ACH"
    originator = transfer.trace_originator_id or _originator(payer_id)
    writer.add(
        "BPR",
        transfer.handling_code or ("H" if method == "NON" else "I"),
        x12_amount(remittance.payment_cents),
        transfer.credit_debit,
        method,
        transfer.payment_format or ("CCP" if electronic else ""),
        *_account(transfer.sender_account),
        transfer.originator_id or (originator if electronic else ""),
        transfer.originator_supplement,
        *_account(transfer.receiver_account),
        day,
    )
    writer.add("TRN", "1", remittance.eft_trace_number, originator, transfer.trace_supplement)
    if remittance.currency_code:
        writer.add("CUR", "PR", remittance.currency_code)
    write_references(writer, remittance.references)
    writer.add("DTM", "405", day_text(remittance.production_date or remittance.payment_date))


def _account(account: BankAccount | None) -> tuple[str, str, str, str]:
    if account is None:
        return "", "", "", ""
    number = _MASK + account.account_ending if account.account_ending else ""
    return account.routing_qualifier, account.routing_number, account.account_kind, number


def _stand_in(payer: Party, remittance: Remittance, payer_id: str) -> RemittanceParty:
    phone = "".join(digit for digit in payer.contact_phone if digit.isdecimal())
    channels = (Channel("TE", phone),) if phone else ()
    return RemittanceParty(
        remittance.payer_name or payer.name,
        address=payer.address or _UNKNOWN_ADDRESS,
        references=(Reference("2U", payer_id),),
        contacts=(ContactPoint("BL", payer.contact_name or payer.name, channels),),
    )


def _payer(writer: SegmentWriter, payer: RemittanceParty) -> None:
    writer.add("N1", "PR", payer.name, payer.identifier_qualifier, payer.identifier)
    _place(writer, payer)
    write_references(writer, payer.references)
    for contact in payer.contacts:
        write_contact(writer, contact)


def _payee(writer: SegmentWriter, payee: Party, remittance: Remittance) -> None:
    stated = remittance.payee
    if stated is None:
        writer.add("N1", "PE", payee.name, "XX", remittance.payee_npi or payee.identifier)
    else:
        writer.add("N1", "PE", stated.name, stated.identifier_qualifier, stated.identifier)
        _place(writer, stated)
        write_references(writer, stated.references)
        for contact in stated.contacts:
            write_contact(writer, contact)
    if remittance.delivery is not None:
        told = remittance.delivery
        writer.add("RDM", told.code, told.name, told.number)


def _place(writer: SegmentWriter, party: RemittanceParty) -> None:
    address = party.address
    if address is None:
        return
    if address.line1 or address.line2:
        writer.add("N3", address.line1, address.line2)
    postal_code = address.postal_code.replace("-", "")
    writer.add("N4", address.city, address.state, postal_code, party.country_code)


def _claims(writer: SegmentWriter, remittance: Remittance) -> None:
    summaries = {group.number: group for group in remittance.groups}
    for number, claims in groupby(remittance.claims, key=_group_number):
        _group(writer, summaries.pop(number, ClaimGroup(number)))
        for claim in claims:
            write_claim(writer, claim)
    for group in summaries.values():
        _group(writer, group)


def _group_number(claim: ClaimPayment) -> int:
    return claim.group_number


def _group(writer: SegmentWriter, group: ClaimGroup) -> None:
    writer.add("LX", str(group.number))
    provider = group.provider_summary
    if provider is not None:
        texts = {1: provider.provider_id, 2: provider.facility_code, 3: day_text(provider.fiscal_period_end)}
        write_values(writer, "TS3", provider, PROVIDER_SUMMARY, TS3_ELEMENTS, texts)
    if group.drg_summary is not None and group.drg_summary != DrgSummary():
        write_values(writer, "TS2", group.drg_summary, DRG_SUMMARY, TS2_ELEMENTS, {})


def _provider_adjustments(writer: SegmentWriter, remittance: Remittance, payee: Party) -> None:
    npi, year_end = remittance.payee_npi or payee.identifier, date(remittance.payment_date.year, 12, 31)

    def place(adjustment: ProviderAdjustment) -> tuple[str, date]:
        return adjustment.provider_id or npi, adjustment.fiscal_period_end or year_end

    for (provider, end), adjustments in groupby(remittance.provider_adjustments, key=place):
        pairs = [((a.reason_code, a.reference), x12_amount(a.amount_cents)) for a in adjustments]
        for start in range(0, len(pairs), _PLB_PAIRS):
            told = [part for pair in pairs[start : start + _PLB_PAIRS] for part in pair]
            writer.add("PLB", provider, day_text(end), *told)
