"""The classes of payers: which plans (SBR09, claim filing indicator) run by the same law and ladder of appeals.

The codes are those of 005010X222A1 and 005010X223A3, 2000B SBR09. A code that no class names is commercial, the
class with the shortest limits. Staff see the class in the Temporal UI: it says nothing of a person.
"""

from dataclasses import dataclass
from enum import StrEnum


class PayerClass(StrEnum):
    """One class of payers, as search attributes, policies and reports name it."""

    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID = "medicaid"
    BLUE_CROSS = "blue_cross"
    FEDERAL_EMPLOYEE = "federal_employee"
    TRICARE = "tricare"
    VETERANS = "veterans"
    WORKERS_COMPENSATION = "workers_compensation"
    AUTO_NO_FAULT = "auto_no_fault"
    COMMERCIAL = "commercial"


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class, the filing indicators that name it, and what it means to staff."""

    payer_class: PayerClass
    filing_indicators: tuple[str, ...]
    meaning: str


PAYER_CLASSES: tuple[ClassRow, ...] = (
    ClassRow(PayerClass.MEDICARE, ("MA", "MB"), "Medicare parts A and B, paid by a Medicare contractor"),
    ClassRow(PayerClass.MEDICARE_ADVANTAGE, ("16",), "a private plan in Medicare's place (part C)"),
    ClassRow(PayerClass.MEDICAID, ("MC",), "a state's program for people with low income"),
    ClassRow(PayerClass.BLUE_CROSS, ("BL",), "a Blue Cross or Blue Shield plan"),
    ClassRow(PayerClass.FEDERAL_EMPLOYEE, ("FI",), "the program for federal employees"),
    ClassRow(PayerClass.TRICARE, ("CH",), "the armed forces' plan"),
    ClassRow(PayerClass.VETERANS, ("VA",), "Veterans Affairs community care"),
    ClassRow(PayerClass.WORKERS_COMPENSATION, ("WC",), "the employer's insurance for injuries at work"),
    ClassRow(PayerClass.AUTO_NO_FAULT, ("AM",), "car insurance that pays whoever was at fault"),
    ClassRow(PayerClass.COMMERCIAL, ("CI", "12", "13", "14", "15", "HM"), "any other private insurance"),
)
"""Each class once, in the order of reports. Indicators that stand in no row are commercial too."""

_CLASS_OF = {indicator: row.payer_class for row in PAYER_CLASSES for indicator in row.filing_indicators}


def payer_class(filing_indicator: str) -> PayerClass:
    """Return the class of a plan by its claim filing indicator (SBR09)."""
    return _CLASS_OF.get(filing_indicator, PayerClass.COMMERCIAL)
