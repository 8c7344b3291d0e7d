"""Facts of an appeal to a payer: the claim, the denied lines, the argument, the exhibits."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from revcycle.letters.letterhead import Letterhead
from revcycle.letters.values import require_equal, require_text


class AppealArgument(StrEnum):
    """The argument of an appeal; ``templates/appeal/argument_<value>.en.jinja`` holds its words."""

    AUTHORIZATION = "authorization"
    BUNDLED = "bundled"
    CODING = "coding"
    COORDINATION_OF_BENEFITS = "coordination_of_benefits"
    DUPLICATE = "duplicate"
    ELIGIBILITY = "eligibility"
    GENERAL = "general"
    MEDICAL_NECESSITY = "medical_necessity"
    MISSING_INFORMATION = "missing_information"
    NON_COVERED = "non_covered"
    TIMELY_FILING = "timely_filing"
    UNDERPAYMENT = "underpayment"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DenialLine:
    """One denied line. ``code`` as on the remittance ("CO-197"); ``meaning`` in our own plain words."""

    procedure: str
    description: str
    charge_cents: int
    denied_cents: int
    code: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Exhibit:
    """A document enclosed with the letter. ``label`` as cited in the text ("A"); ``pages`` 0 when unknown."""

    label: str
    title: str
    pages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AppealContext:
    """An appeal of a denied claim, at any level.

    ``level_name`` reads inside a sentence ("first-level appeal"). ``deadline`` is the payer's last filing
    day. ``supporting_facts`` are whole sentences about this claim, printed as numbered points under the
    argument. ``denied_cents`` is the sum of the lines' ``denied_cents`` (UnbalancedLetter otherwise).
    """

    letterhead: Letterhead
    letter_date: date
    payer_name: str
    payer_address_lines: tuple[str, ...]
    level_name: str
    patient_name: str
    member_id: str
    patient_control_number: str
    payer_claim_control_number: str
    service_date: date
    charge_cents: int
    denied_cents: int
    lines: tuple[DenialLine, ...]
    denial_reason: str
    argument: AppealArgument
    requested_action: str
    deadline: date
    signer_name: str
    signer_title: str
    exhibits: tuple[Exhibit, ...] = ()
    supporting_facts: tuple[str, ...] = ()
    prior_authorization_number: str = ""
    denial_date: date | None = None
    prior_decision_date: date | None = None

    def __post_init__(self) -> None:
        """Raise unless every text a payer requires is there and the lines add up."""
        require_text(self, "payer_name", "payer_address_lines", "level_name", "patient_name", "member_id")
        require_text(self, "patient_control_number", "denial_reason", "requested_action", "signer_name")
        denied_cents = sum(line.denied_cents for line in self.lines)
        require_equal(self, "denied_cents is not the sum of its lines", self.denied_cents, denied_cents)
