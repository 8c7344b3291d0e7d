"""Check digits and formats of identifiers: NPI, TIN, diagnosis and procedure codes."""

import re

_NPI_PREFIX = "80840"
_DIAGNOSIS = re.compile(r"[A-TV-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_PROCEDURE = re.compile(r"[0-9]{4}[0-9FTUM]|[A-V][0-9]{4}")


def luhn(digits: str) -> bool:
    """Tell whether the digits end in their Luhn check digit (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_npi(text: str) -> bool:
    """Tell whether the text is ten digits with the check digit of 45 CFR 162.406."""
    return len(text) == 10 and text.isascii() and text.isdigit() and luhn(_NPI_PREFIX + text)


def is_tin(text: str) -> bool:
    """Tell whether the text is nine digits: EIN or SSN."""
    return len(text) == 9 and text.isascii() and text.isdigit()


def is_diagnosis_code(text: str) -> bool:
    """Tell whether the text has the form of ICD-10-CM, with or without the point."""
    return _DIAGNOSIS.fullmatch(text) is not None


def is_procedure_code(text: str) -> bool:
    """Tell whether the text has the form of CPT (five digits, or four and a letter) or HCPCS level II."""
    return _PROCEDURE.fullmatch(text) is not None
