"""What the institutional guide (005010X223A2) allows where, and what other guides' claims say that it cannot."""

from collections.abc import Sequence

from revcycle.domain.claims.claim import Claim, ServiceLine
from revcycle.domain.claims.claim_details import ProviderRole
from revcycle.edi.claim_837.parts.guide import ProviderLoop
from revcycle.edi.wire.errors import CannotWrite

MOST_LINES = 999
INPATIENT = frozenset(["11", "18", "21", "28", "41", "51", "61", "65", "66", "86"])
"""Facility types of inpatients, whose lines have no date of service of their own."""

CLAIM_REFERENCES = {
    "4N": 1, "9F": 1, "9A": 1, "9C": 1, "LX": 5, "D9": 1, "LU": 1, "EA": 1, "P4": 1, "G4": 1,
}  # fmt: skip
CLAIM_FIELDS = {"G1": "prior_authorization_number", "F8": "payer_claim_control_number"}
CLAIM_DATES = {"050": ("D8",)}
CLAIM_CONDITIONS = {"ZZ": 1}
BILLING_NOTE = "ADD"
MOST_CLAIM_NOTES = 10
CLAIM_NOTES = {
    **dict.fromkeys(
        ("ALG", "DCP", "DGN", "DME", "MED", "NTR", "ODT", "RHB", "RLH", "RNH", "SET", "SFM", "SPT", "UPI"),
        MOST_CLAIM_NOTES,
    ),
    BILLING_NOTE: 1,
}

LINE_REFERENCES = {"9B": 1, "9D": 1}
LINE_FIELDS = {"6R": "line_item_control_number"}
LINE_NOTES = {"TPO": 1}
UNITS = ("DA", "UN")

BILLING = ProviderLoop("2010AA", "2", "BI", (), 0, "must", True)
"""The billing provider: an organisation with an EIN; the payer's number for it stands with the payer."""

_ALL_IDS = ("0B", "1G", "G2", "LU")
CLAIM_PROVIDERS = {
    ProviderRole.ATTENDING: ProviderLoop("2310A", "1", "AT", _ALL_IDS, 4),
    ProviderRole.OPERATING: ProviderLoop("2310B", "1", "", _ALL_IDS, 4),
    ProviderRole.OTHER_OPERATING: ProviderLoop("2310C", "1", "", _ALL_IDS, 4),
    ProviderRole.RENDERING: ProviderLoop("2310D", "1", "", _ALL_IDS, 4),
    ProviderRole.SERVICE_FACILITY: ProviderLoop("2310E", "2", "", ("0B", "G2", "LU"), 3, "must"),
    ProviderRole.REFERRING: ProviderLoop("2310F", "1", "", ("0B", "1G", "G2"), 3),
}
"""The provider loops of a claim in the guide's order."""

LINE_PROVIDERS = {
    ProviderRole.OPERATING: ProviderLoop("2420A", "1", "", _ALL_IDS, 20),
    ProviderRole.OTHER_OPERATING: ProviderLoop("2420B", "1", "", _ALL_IDS, 20),
    ProviderRole.RENDERING: ProviderLoop("2420C", "1", "", _ALL_IDS, 20),
    ProviderRole.REFERRING: ProviderLoop("2420D", "1", "", ("0B", "1G", "G2"), 20),
}
"""The provider loops of a line in the guide's order."""

_NOT_IN_A_CLAIM = (
    ("place_of_service", "CLM05", "a place of service; its type of bill says where"),
    ("condition_codes", "HI", "condition codes outside its stay"),
    ("related_causes", "CLM11", "related causes; occurrence codes 01 to 05 say them"),
    ("special_program_code", "CLM12", "a special program; a condition code says it"),
    ("patient_paid_cents", "AMT01", "what the patient paid; value code FC says it"),
    ("patient_death_date", "PAT06", "the day of death; occurrence code 55 says it"),
    ("patient_weight_pounds", "PAT08", "the patient's weight; value code A8 says it"),
    ("patient_is_pregnant", "PAT09", "that the patient is pregnant; a diagnosis says it"),
    ("anesthesia_procedures", "HI", "anesthesia procedures"),
    ("ambulance", "CR1", "ambulance transport"),
    ("chiropractic", "CR2", "spinal manipulation"),
    ("dental", "DN1", "dental information"),
)
_NOT_IN_A_LINE = (
    ("place_of_service", "SV2", "a place of service"),
    ("diagnosis_pointers", "SV2", "pointers to diagnoses"),
    ("emergency", "SV2", "an emergency indicator; the type of admission says it"),
    ("epsdt", "SV2", "an EPSDT indicator; CRC of the claim says it"),
    ("family_planning", "SV2", "a family planning indicator; a condition code says it"),
    ("copayment_exempt", "SV2", "a copayment exemption"),
    ("dates", "DTP01", "dates beside the date of service"),
    ("conditions", "CRC01", "conditions"),
    ("contract", "CN101", "a contract"),
    ("ambulance", "CR1", "ambulance transport"),
    ("dental", "SV3", "dental information"),
)


def refuse_foreign_facts(claim: Claim) -> None:
    """Raise CannotWrite when the claim says something that this guide has no place for."""
    _refuse(claim, "an institutional claim does not carry", _NOT_IN_A_CLAIM)
    billing = claim.billing_provider
    if billing.first_name:
        raise CannotWrite("NM102", "must be an organisation: a person cannot bill an institutional claim")
    if billing.tin_kind != "EI":
        raise CannotWrite(
            "REF01", "must be an EIN: an institution has no social security number (loop 2010AA)"
        )
    if len(billing.other_ids) > 1:
        raise CannotWrite(
            "REF01", "stands too often: the billing provider has one number at the payer (loop 2010BB)"
        )


def refuse_foreign_service(line: ServiceLine) -> None:
    """Raise CannotWrite when the line says something that this guide has no place for."""
    _refuse(line, "a line of an institutional claim does not carry", _NOT_IN_A_LINE)


def _refuse(facts: Claim | ServiceLine, who: str, fields: Sequence[tuple[str, str, str]]) -> None:
    for name, element, what in fields:
        if getattr(facts, name):
            raise CannotWrite(element, f"does not exist here: {who} {what}")
