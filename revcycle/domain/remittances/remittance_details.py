"""What a remittance (835) says beside the money: who, where, when, under which numbers, in which amounts.

Codes are those of the guide (005010X221A1); their elements are named in each docstring. Everything that names a
person or an account identifies somebody: it lives in the database only.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from revcycle.domain.person import Address


@dataclass(frozen=True, slots=True)
class Reference:
    """A REF: ``qualifier`` REF01 (``EA`` medical record, ``1L`` group, ``F8`` original claim), ``value`` REF02."""

    qualifier: str
    value: str


@dataclass(frozen=True, slots=True)
class SupplementalAmount:
    """An AMT: ``qualifier`` AMT01 (``AU`` covered, ``I`` interest, ``D8`` discount). It never enters balancing."""

    qualifier: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class SupplementalQuantity:
    """A QTY: ``qualifier`` QTY01 (``CA`` covered days, ``NE`` non-covered), ``quantity`` QTY02."""

    qualifier: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """A DTM: ``qualifier`` DTM01 (``232``/``233`` statement, ``036`` coverage ended, ``050`` received)."""

    qualifier: str
    day: date


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach somebody: ``kind`` is TE, FX, EM, UR or EX."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A PER: ``function`` CX claims office, BL technical help, IC web site."""

    function: str
    name: str = ""
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class RemittanceParty:
    """Payer (1000A) or payee (1000B). ``identifier_qualifier`` is N103: XV, XX or FI."""

    name: str
    identifier: str = ""
    identifier_qualifier: str = ""
    address: Address | None = None
    country_code: str = ""
    references: tuple[Reference, ...] = ()
    contacts: tuple[ContactPoint, ...] = ()

    def reference(self, qualifier: str) -> str:
        """Return the party's number with that qualifier, empty when it has none."""
        return next((r.value for r in self.references if r.qualifier == qualifier), "")


@dataclass(frozen=True, slots=True)
class DeliveryMethod:
    """RDM: how the payee gets the remittance; ``code`` BM by mail, EM e-mail, FT file transfer, OL on line."""

    code: str
    name: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One side of a transfer (BPR06 to 09 or 12 to 15).

    ``routing_qualifier`` is 01 (ABA) or 04 (Canada); ``account_kind`` DA demand, SG savings. Of the account
    number only the last four characters are kept.
    """

    routing_qualifier: str
    routing_number: str
    account_kind: str = ""
    account_ending: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How the money moves (BPR, TRN), beside its amount, method, day and trace number.

    ``handling_code`` BPR01: I information and money together, C money comes another way, H information only.
    ``credit_debit`` BPR03: C the payer pays in, D the provider draws it from the payer's account. What is
    empty here is filled in by the writer.
    """

    handling_code: str = ""
    credit_debit: str = "C"
    payment_format: str = ""
    sender_account: BankAccount | None = None
    receiver_account: BankAccount | None = None
    originator_id: str = ""
    originator_supplement: str = ""
    trace_originator_id: str = ""
    trace_supplement: str = ""


@dataclass(frozen=True, slots=True)
class NamedParty:
    """An NM1 of a claim; ``qualifier`` and ``identifier`` are NM108 and NM109.

    ``role`` is NM101: QC patient, IL insured, 74 corrected name, 82 rendering provider, TT crossover carrier,
    PR corrected payer, GB other subscriber.
    """

    role: str
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    qualifier: str = ""
    identifier: str = ""
    is_person: bool = True


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure composite: ``qualifier`` HC, AD, N4, NU, HP, …; ``description`` is the payer's own words."""

    code: str
    modifiers: tuple[str, ...] = ()
    qualifier: str = "HC"
    description: str = ""


@dataclass(frozen=True, slots=True)
class InpatientAdjudication:
    """MIA without its remark codes, fields in the order of its elements. Counts are days; amounts are cents."""

    covered_days: Decimal
    operating_outlier_cents: int | None = None
    lifetime_psychiatric_days: Decimal | None = None
    drg_cents: int | None = None
    disproportionate_share_cents: int | None = None
    msp_pass_through_cents: int | None = None
    pps_capital_cents: int | None = None
    capital_federal_drg_cents: int | None = None
    capital_hospital_drg_cents: int | None = None
    capital_disproportionate_share_cents: int | None = None
    old_capital_cents: int | None = None
    capital_medical_education_cents: int | None = None
    operating_hospital_drg_cents: int | None = None
    cost_report_days: Decimal | None = None
    operating_federal_drg_cents: int | None = None
    capital_outlier_cents: int | None = None
    indirect_teaching_cents: int | None = None
    professional_component_cents: int | None = None
    capital_exception_cents: int | None = None


@dataclass(frozen=True, slots=True)
class OutpatientAdjudication:
    """MOA without its remark codes. ``reimbursement_rate`` is a fraction of one."""

    reimbursement_rate: Decimal | None = None
    hcpcs_payable_cents: int | None = None
    esrd_payment_cents: int | None = None
    professional_component_cents: int | None = None


@dataclass(frozen=True, slots=True)
class ProviderSummary:
    """TS3: what the claims of one provider, facility type and fiscal year come to. Informational."""

    provider_id: str
    facility_code: str
    fiscal_period_end: date
    claim_count: Decimal
    charge_cents: int
    msp_payer_cents: int | None = None
    non_lab_charge_cents: int | None = None
    hcpcs_reported_cents: int | None = None
    hcpcs_payable_cents: int | None = None
    professional_component_cents: int | None = None
    msp_patient_liability_cents: int | None = None
    patient_reimbursement_cents: int | None = None
    pip_claim_count: Decimal | None = None
    pip_adjustment_cents: int | None = None


@dataclass(frozen=True, slots=True)
class DrgSummary:
    """TS2: the inpatient part of a provider summary, fields in the order of its elements. Informational."""

    drg_cents: int | None = None
    federal_specific_cents: int | None = None
    hospital_specific_cents: int | None = None
    disproportionate_share_cents: int | None = None
    capital_cents: int | None = None
    medical_education_cents: int | None = None
    outlier_days: Decimal | None = None
    day_outlier_cents: int | None = None
    cost_outlier_cents: int | None = None
    average_length_of_stay: Decimal | None = None
    discharge_count: Decimal | None = None
    cost_report_days: Decimal | None = None
    covered_days: Decimal | None = None
    noncovered_days: Decimal | None = None
    msp_pass_through_cents: int | None = None
    average_drg_weight: Decimal | None = None
    capital_federal_drg_cents: int | None = None
    capital_hospital_drg_cents: int | None = None
    capital_disproportionate_share_cents: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """An LX loop (2000): ``number`` counts from 1 in the remittance; its claims name it."""

    number: int
    provider_summary: ProviderSummary | None = None
    drg_summary: DrgSummary | None = None
