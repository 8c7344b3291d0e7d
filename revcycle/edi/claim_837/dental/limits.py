"""What the dental guide (005010X224A2) allows where, and what other guides' claims say that it cannot."""

from collections.abc import Mapping, Sequence

from revcycle.domain.claims.claim import Claim, ClaimFrequency, ServiceLine
from revcycle.domain.claims.claim_details import ProviderRole
from revcycle.edi.claim_837.parts.guide import ProviderLoop
from revcycle.edi.wire.errors import CannotWrite, ValueMissing

CODE = "837d"
FREQUENCIES = frozenset([ClaimFrequency.ORIGINAL, ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID])
ASSIGNMENTS = frozenset("ACP")
SPECIAL_PROGRAMS = frozenset(["", "01", "02", "03", "05"])
TOOTH_STATUS = frozenset("EM")
PLACEMENTS = frozenset(["", "I", "R"])
MOST_LINES = 50
MOST_DIAGNOSES = 4
MOST_TOOTH_STATUS = 35

CLAIM_REFERENCES = {"G3": 1, "4N": 1, "9F": 1, "9A": 1, "9C": 1, "D9": 1}
"""REF in 2300; G1 and F8 have fields of their own."""
CLAIM_FIELDS = {"G1": "prior_authorization_number", "F8": "payer_claim_control_number"}
LINE_REFERENCES = {"G3": 1, "G1": 5, "9B": 1, "9D": 1, "9F": 5}
LINE_FIELDS = {"6R": "line_item_control_number"}

_DAY = ("D8",)
CLAIM_DATES = dict.fromkeys(("439", "452", "050"), _DAY)
LINE_DATES = dict.fromkeys(("441", "452", "446", "196", "198"), _DAY)
"""DTP in 2400 beside the date of service, 472."""
APPLIANCE_PLACED = "452"

CLAIM_NOTES = {"ADD": 5}
LINE_NOTES: Mapping[str, int] = {}

_ALL_IDS = ("0B", "1G", "G2", "LU")
CLAIM_PROVIDERS = {
    ProviderRole.REFERRING: ProviderLoop("2310A", "1", "RF", ("0B", "1G", "G2"), 3),
    ProviderRole.PRIMARY_CARE: ProviderLoop("2310A", "1", "RF", ("0B", "1G", "G2"), 3),
    ProviderRole.RENDERING: ProviderLoop("2310B", "", "PE", _ALL_IDS, 4),
    ProviderRole.SERVICE_FACILITY: ProviderLoop("2310C", "2", "", ("0B", "G2", "LU"), 3, "must"),
    ProviderRole.ASSISTANT_SURGEON: ProviderLoop("2310D", "", "AS", _ALL_IDS, 4),
    ProviderRole.SUPERVISING: ProviderLoop("2310E", "1", "", _ALL_IDS, 4),
}
"""The provider loops of a claim in the guide's order."""

LINE_PROVIDERS = {
    ProviderRole.RENDERING: ProviderLoop("2420A", "", "PE", _ALL_IDS, 20),
    ProviderRole.ASSISTANT_SURGEON: ProviderLoop("2420B", "", "AS", _ALL_IDS, 20),
    ProviderRole.SUPERVISING: ProviderLoop("2420C", "1", "", _ALL_IDS, 20),
    ProviderRole.SERVICE_FACILITY: ProviderLoop("2420D", "2", "", ("G2", "LU"), 3, "must"),
}
"""The provider loops of a line in the guide's order."""

_NOT_IN_A_CLAIM = (
    ("stay", "CLM05", "the stay in an institution"),
    ("patient_death_date", "PAT06", "the day of death"),
    ("patient_weight_pounds", "PAT08", "the patient's weight"),
    ("patient_is_pregnant", "PAT09", "that the patient is pregnant"),
    ("ambulance", "CR1", "ambulance transport"),
    ("chiropractic", "CR2", "spinal manipulation"),
    ("conditions", "CRC01", "conditions"),
    ("anesthesia_procedures", "HI", "anesthesia procedures"),
    ("condition_codes", "HI", "condition codes"),
)
_NOT_IN_A_LINE = (
    ("emergency", "SV3", "an emergency indicator"),
    ("epsdt", "SV3", "an EPSDT indicator; the special program of the claim says it"),
    ("family_planning", "SV3", "a family planning indicator"),
    ("copayment_exempt", "SV3", "a copayment exemption"),
    ("revenue_code", "SV3", "a revenue code"),
    ("non_covered_cents", "SV3", "an amount that is not covered"),
    ("drug", "LIN", "a drug"),
    ("ambulance", "CR1", "ambulance transport"),
    ("conditions", "CRC01", "conditions"),
    ("attachments", "PWK01", "attachments; the claim names them"),
)


def refuse_foreign_facts(claim: Claim) -> None:
    """Raise CannotWrite when the claim says something that this guide has no place for."""
    _refuse(claim, "a dental claim does not carry", _NOT_IN_A_CLAIM)
    if not claim.place_of_service:
        raise ValueMissing("CLM05-1", "is missing: the place of service")
    if claim.claim_frequency not in FREQUENCIES:
        raise CannotWrite(
            "CLM05-3", "must be 1, 7 or 8: a dental claim is an original, a replacement or a void"
        )
    if claim.statements.accepts_assignment not in ASSIGNMENTS:
        raise CannotWrite("CLM07", "must be A, C or P in a dental claim")
    if claim.special_program_code not in SPECIAL_PROGRAMS:
        raise CannotWrite("CLM12", "must be 01, 02, 03 or 05 in a dental claim")
    if claim.statements.signed_for_patient:
        raise CannotWrite(
            "CLM10", "does not exist here: a dental claim does not say who signed for the patient"
        )


def refuse_foreign_service(line: ServiceLine) -> None:
    """Raise CannotWrite when the line says something that this guide has no place for."""
    _refuse(line, "a line of a dental claim does not carry", _NOT_IN_A_LINE)
    if line.procedure_qualifier != "AD":
        raise CannotWrite("SV301-1", "must be AD: a dental line names its procedure by its CDT code")
    if line.unit != "UN":
        raise CannotWrite("SV306", "counts procedures, and the quantity of the line is of another unit")


def _refuse(facts: Claim | ServiceLine, who: str, fields: Sequence[tuple[str, str, str]]) -> None:
    for name, element, what in fields:
        if getattr(facts, name):
            raise CannotWrite(element, f"does not exist here: {who} {what}")
