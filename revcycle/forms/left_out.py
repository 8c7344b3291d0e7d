"""What a claim says that its paper form has no box for: named, so that nothing is dropped unseen.

An 837 says more than paper. Whoever reads the mail log sees what a mailed claim could not tell, and may send it along.
"""

from collections.abc import Callable, Iterable, Iterator

from revcycle.domain.claims.claim import Claim, ClaimKind, ServiceLine
from revcycle.domain.claims.claim_details import ProviderRole
from revcycle.edi.claim_837.x12_837 import ClaimToSend

_Told = Callable[[Claim], object]


def _any_line(told: Callable[[ServiceLine], object]) -> _Told:
    return lambda claim: any(told(line) for line in claim.lines)


_ON_NEITHER: tuple[tuple[str, _Told], ...] = (
    ("contract (CN1)", lambda claim: claim.contract),
    ("contract of a service (CN1)", _any_line(lambda line: line.contract)),
    ("reason for the delay (CLM20)", lambda claim: claim.delay_reason_code),
    ("dates of a service beside its own (DTP)", _any_line(lambda line: line.dates)),
    ("conditions of a service (CRC)", _any_line(lambda line: line.conditions)),
    ("prescription or compound number of a drug", _any_line(lambda line: line.drug and _numbered(line))),
)
_NOT_ON_CMS1500: tuple[tuple[str, _Told], ...] = (
    ("pay-to address (2010AB)", lambda claim: claim.pay_to_address),
    ("health plan that is paid instead (2010AC)", lambda claim: claim.pay_to_plan),
    ("ambulance transport (CR1)", lambda claim: claim.ambulance),
    ("ambulance transport of a service (CR1)", _any_line(lambda line: line.ambulance)),
    ("spinal manipulation (CR2)", lambda claim: claim.chiropractic),
    ("conditions (CRC)", lambda claim: any(one.category != "ZZ" for one in claim.conditions)),
    ("anesthesia procedures (HI*BP)", lambda claim: claim.anesthesia_procedures),
    ("special program (CLM12)", lambda claim: claim.special_program_code),
    ("day of death (PAT06)", lambda claim: claim.patient_death_date),
    ("weight (PAT08)", lambda claim: claim.patient_weight_pounds),
    ("pregnancy (PAT09)", lambda claim: claim.patient_is_pregnant),
    ("copayment exemption (SV115)", _any_line(lambda line: line.copayment_exempt)),
    ("days beside those of items 14 to 18 (DTP)", lambda claim: _others(claim, "dates")),
    ("numbers beside that of item 23 (REF)", lambda claim: _others(claim, "references")),
)
_NOT_ON_UB04: tuple[tuple[str, _Told], ...] = (
    ("papers that follow (PWK)", lambda claim: claim.attachments),
    ("papers that follow for a service (PWK)", _any_line(lambda line: line.attachments)),
    ("conditions (CRC)", lambda claim: claim.conditions),
    ("treatment codes (HI*TC)", lambda claim: claim.stay and claim.stay.treatment_codes),
    ("place of service (2310E)", lambda claim: _took_part(claim, ProviderRole.SERVICE_FACILITY)),
    ("providers of a service (2420)", _any_line(lambda line: line.rendering_provider or line.providers)),
    ("notes of a service (NTE)", _any_line(lambda line: line.notes)),
    ("numbers of a service (REF)", _any_line(lambda line: line.references)),
    ("last day of a service", _any_line(lambda line: line.service_date_to)),
    ("numbers beside record and referral (REF)", lambda claim: _others(claim, "numbers")),
    ("days beside those of the stay (DTP)", lambda claim: claim.dates),
)
_ITEMS_14_TO_18 = frozenset(
    [
        "431",
        "484",
        "454",
        "304",
        "453",
        "439",
        "455",
        "471",
        "090",
        "091",
        "444",
        "314",
        "360",
        "361",
        "435",
        "096",
    ]
)
_KNOWN = {
    "dates": _ITEMS_14_TO_18,
    "references": frozenset(["9F", "EW", "X4"]),
    "numbers": frozenset(["EA", "9F"]),
}


def left_out(sent: ClaimToSend) -> tuple[str, ...]:
    """Return in plain words, without a value, what the form does not say."""
    special = _NOT_ON_UB04 if sent.claim.kind is ClaimKind.INSTITUTIONAL else _NOT_ON_CMS1500
    told = [words for words, is_told in (*_ON_NEITHER, *special) if is_told(sent.claim)]
    return (*told, *_of_others(sent))


def _of_others(sent: ClaimToSend) -> Iterator[str]:
    if any(tuple(prior.payment.all_adjustments) for prior in sent.prior_payments):
        yield "what earlier payers adjusted (CAS): enclose their remittance"
    if sent.claim.kind is ClaimKind.PROFESSIONAL and _seats(sent.claim) > 1:
        yield "providers beside the one of item 17 (2310, 2420)"


def _seats(claim: Claim) -> int:
    """How many different people would stand in item 17."""
    apart = (ProviderRole.SERVICE_FACILITY, ProviderRole.RENDERING)
    everybody = [*claim.providers, *(one for line in claim.lines for one in line.providers)]
    return len({(one.role, one.provider) for one in everybody if one.role not in apart})


def _numbered(line: ServiceLine) -> bool:
    return line.drug is not None and bool(line.drug.prescription_number or line.drug.link_number)


def _took_part(claim: Claim, role: ProviderRole) -> bool:
    return any(one.role is role for one in claim.providers)


def _others(claim: Claim, what: str) -> bool:
    told: Iterable[str] = (
        (one.qualifier for one in claim.dates)
        if what == "dates"
        else (one.qualifier for one in claim.references)
    )
    return any(qualifier not in _KNOWN[what] for qualifier in told)
