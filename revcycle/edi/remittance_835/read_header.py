"""The head of an 835: payment (BPR), trace (TRN), dates, payer and payee; and its tail, the PLB segments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.person import Address
from revcycle.domain.remittances.remittance import ProviderAdjustment, Remittance
from revcycle.domain.remittances.remittance_details import (
    BankAccount,
    ContactPoint,
    DeliveryMethod,
    Reference,
    RemittanceParty,
    Transfer,
)
from revcycle.edi.wire.common_segments import Notes, left_out, not_carried, read_contact, read_reference
from revcycle.edi.wire.elements import cents, day, missing, parse_day, required, unreadable
from revcycle.edi.wire.segments import Segment

_HEAD = "the header"
_ENDING = 4


@dataclass(slots=True)
class _Party:
    name: Segment
    street: Segment | None = None
    city: Segment | None = None
    references: list[Reference] = field(default_factory=list)
    contacts: list[ContactPoint] = field(default_factory=list)


@dataclass(slots=True)
class _Head:
    payment: Segment | None = None
    trace: Segment | None = None
    currency: str = ""
    produced: date | None = None
    delivery: DeliveryMethod | None = None
    references: list[Reference] = field(default_factory=list)
    parties: dict[str, _Party] = field(default_factory=dict)


def read_header(segments: list[Segment], group_date: str) -> Remittance:
    """Return the remittance without claims. Its findings name what is not carried. Raises Unreadable."""
    notes: Notes = []
    head = _collect(segments, notes)
    payment, trace = head.payment, head.trace
    if payment is None:
        raise missing(segments[0], "The payment (BPR)")
    if trace is None:
        raise missing(payment, "The reassociation trace number (TRN)")
    payer, payee = head.parties.get("PR"), head.parties.get("PE")
    stated_payer = _party(payer, notes)
    stated_payee = _party(payee, notes)
    notes.extend(_about_payment(payment))
    return Remittance(
        payer_id=_payer_id(stated_payer, trace, payment),
        payer_name=stated_payer.name if stated_payer is not None else "",
        payee_npi=_payee_npi(stated_payee),
        eft_trace_number=required(trace, 2),
        payment_cents=cents(payment, 2),
        payment_method=payment[4],
        payment_date=_payment_date(payment, head.produced, group_date),
        claims=(),
        findings=tuple(notes),
        transfer=_transfer(payment, trace),
        production_date=head.produced,
        currency_code=head.currency,
        references=tuple(head.references),
        payer=stated_payer,
        payee=stated_payee,
        delivery=head.delivery,
        segment_position=payment.position,
    )


def _collect(segments: list[Segment], notes: Notes) -> _Head:
    head, party = _Head(), None
    for segment in segments[1:]:
        if segment.id == "N1":
            party = _open(head, segment, notes)
        elif party is None:
            _on_head(head, segment, notes)
        else:
            _on_party(head, party, segment, notes)
    return head


def _open(head: _Head, segment: Segment, notes: Notes) -> _Party:
    party, role = _Party(segment), segment[1].upper()
    if role not in ("PR", "PE") or role in head.parties:
        notes.append(not_carried(segment, "1000"))
    else:
        head.parties[role] = party
    return party


def _on_head(head: _Head, segment: Segment, notes: Notes) -> None:
    if segment.id == "BPR" and head.payment is None:
        head.payment = segment
    elif segment.id == "TRN" and head.trace is None:
        head.trace = segment
    elif segment.id == "CUR" and not head.currency:
        head.currency = segment[2]
    elif segment.id == "REF":
        head.references.append(read_reference(segment))
    elif segment.id == "DTM" and segment[1] == "405" and head.produced is None:
        head.produced = parse_day(segment[2])
        if head.produced is None:
            notes.append(
                left_out(segment, 2, "The production date is not a day of the calendar.", "835.left_out")
            )
    else:
        notes.append(not_carried(segment, _HEAD))


def _on_party(head: _Head, party: _Party, segment: Segment, notes: Notes) -> None:
    if segment.id == "N3" and party.street is None:
        party.street = segment
    elif segment.id == "N4" and party.city is None:
        party.city = segment
    elif segment.id == "REF":
        party.references.append(read_reference(segment))
    elif segment.id == "PER":
        party.contacts.append(read_contact(segment))
    elif segment.id == "RDM" and head.delivery is None:
        head.delivery = DeliveryMethod(segment[1], segment[2], segment[3])
    elif segment.id in ("DTM", "BPR", "TRN"):
        _on_head(head, segment, notes)
    else:
        notes.append(not_carried(segment, "1000"))


def _party(told: _Party | None, notes: Notes) -> RemittanceParty | None:
    if told is None:
        return None
    name, city = told.name, told.city
    return RemittanceParty(
        name[2],
        name[4],
        name[3],
        _address(told, notes),
        city[4] if city is not None else "",
        tuple(told.references),
        tuple(told.contacts),
    )


def _address(told: _Party, notes: Notes) -> Address | None:
    street, city = told.street, told.city
    if street is None and city is None:
        return None
    if city is not None and city[7]:
        notes.append(left_out(city, 7, "The country's subdivision is not carried."))
    places = (city[1], city[2], city[3]) if city is not None else ("", "", "")
    lines = (street[1], street[2]) if street is not None else ("", "")
    return Address(lines[0], *places, line2=lines[1])


def _payer_id(payer: RemittanceParty | None, trace: Segment, payment: Segment) -> str:
    stated = payer.reference("2U") or payer.identifier if payer is not None else ""
    return stated or trace[3] or payment[10]


def _payee_npi(payee: RemittanceParty | None) -> str:
    if payee is None:
        return ""
    if payee.identifier_qualifier == "XX":
        return payee.identifier
    return payee.reference("HPI") or payee.reference("1C") or payee.identifier


def _payment_date(payment: Segment, produced: date | None, group_date: str) -> date:
    """BPR16; where that is no day, the production date (DTM*405), else the date of the group."""
    return parse_day(payment[16]) or produced or parse_day(group_date) or day(payment, 16)


def _about_payment(payment: Segment) -> Iterable[Finding]:
    if not parse_day(payment[16]):
        message = "The payment date is not a day of the calendar; the date of production was taken instead."
        remedy = "Compare with the date of the deposit, and tell the payer."
        where, position = payment.where(16), payment.position
        yield Finding("835.payment_date", where, message, remedy, Severity.WARNING, position)
    if payment[3] == "D":
        message = "The payment is a debit: the provider draws it from the payer's account."
        remedy = "Have the bank draw it, if it was agreed; then post the remittance as any other."
        yield Finding("835.debit", payment.where(3), message, remedy, Severity.WARNING, payment.position)


def _transfer(payment: Segment, trace: Segment) -> Transfer:
    return Transfer(
        payment[1],
        payment[3],
        payment[5],
        _account(payment, 6),
        _account(payment, 12),
        payment[10],
        payment[11],
        trace[3],
        trace[4],
    )


def _account(payment: Segment, first: int) -> BankAccount | None:
    told = [payment[index] for index in range(first, first + 4)]
    return BankAccount(told[0], told[1], told[2], told[3][-_ENDING:]) if any(told) else None


def read_provider_adjustments(segment: Segment) -> tuple[ProviderAdjustment, ...]:
    """Return the up to six pairs of a PLB. Raises Unreadable when it has none or one is broken."""
    end, found = parse_day(segment[2]), []
    for index in range(3, len(segment), 2):
        if segment[index] or segment[index + 1]:
            reason, _, reference = required(segment, index).partition(segment.delimiters.component)
            cents_taken = cents(segment, index + 1)
            found.append(ProviderAdjustment(reason, reference, cents_taken, segment[1], end))
    if not found:
        message = "The provider adjustment has no reason and amount."
        raise unreadable("x12.missing_element", segment, 3, message)
    return tuple(found)
