"""A claim as the payer keeps it: what it needs to adjudicate, pay, reverse and answer; no name."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from revcycle.domain.claims.claim import Claim, Coverage, Responsibility, ServiceLine
from revcycle.sandbox.payer.script import key_of

_PROCESSED_AS = {Responsibility.PRIMARY: "1", Responsibility.SECONDARY: "2"}
_TERTIARY = "3"
PREDETERMINATION = "25"
_REVENUE_CODE = "NU"
_INPATIENT = frozenset(["11", "18", "21"])


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One service as billed: by its procedure, or by its revenue code alone where it has none."""

    procedure_code: str
    modifiers: tuple[str, ...]
    charge_cents: int
    units: str
    service_date: date
    line_item_control_number: str
    procedure_qualifier: str = "HC"
    revenue_code: str = ""
    service_date_to: date | None = None
    non_covered_cents: int = 0

    @property
    def billed_as(self) -> tuple[str, str, str]:
        """SVC01 with its qualifier, and the revenue code beside a procedure (SVC04)."""
        if self.procedure_code:
            return self.procedure_qualifier, self.procedure_code, self.revenue_code
        return _REVENUE_CODE, self.revenue_code, ""


@dataclass(frozen=True, slots=True)
class ReceivedClaim:
    """One accepted claim.

    ``processed_as`` is CLP02 when paid, 25 for a predetermination, which is priced and not paid;
    ``patient_share_before_cents`` is what earlier payers left to the patient; ``held_for`` is the CARC it is denied
    with at first, if any. ``facility_code``, ``frequency_code``, ``drg_code`` and, of an inpatient,
    ``covered_days`` are those of an institutional claim.
    """

    control_number: str
    key: str
    fingerprint: str
    patient_control_number: str
    payer_id: str
    payer_name: str
    payee_npi: str
    payee_name: str
    sender_id: str
    claim_filing_indicator: str
    processed_as: str
    charge_cents: int
    lines: tuple[ReceivedLine, ...]
    received_on: date
    patient_share_before_cents: int | None = None
    held_for: str = ""
    facility_code: str = ""
    frequency_code: str = ""
    drg_code: str = ""
    covered_days: int | None = None

    def to_json(self) -> str:
        """Return the claim as JSON text."""
        return json.dumps(asdict(self), default=date.isoformat)

    @classmethod
    def from_json(cls, text: str) -> "ReceivedClaim":
        """Read what to_json wrote."""
        told: dict[str, Any] = json.loads(text)
        told["lines"] = tuple(_line(line) for line in told["lines"])
        told["received_on"] = date.fromisoformat(told["received_on"])
        return cls(**told)


def _line(told: dict[str, Any]) -> ReceivedLine:
    told["modifiers"] = tuple(told["modifiers"])
    told["service_date"] = date.fromisoformat(told["service_date"])
    last = told.get("service_date_to")
    told["service_date_to"] = date.fromisoformat(last) if last else None
    return ReceivedLine(**told)


def fingerprint(claim: Claim, coverage: Coverage) -> str:
    """Return what makes claims exact duplicates: payer, patient and lines, whatever their control number."""
    patient = (claim.patient.last_name, claim.patient.first_name, claim.patient.birth_date.isoformat())
    lines = sorted(
        (
            line.procedure_code or line.revenue_code,
            line.modifiers,
            line.charge_cents,
            str(line.units),
            line.service_date.isoformat(),
        )
        for line in claim.lines
    )
    told = repr((coverage.payer_id, coverage.member_id, patient, claim.billing_provider.npi, lines))
    return hashlib.sha256(told.encode()).hexdigest()


def received_lines(lines: Iterable[ServiceLine]) -> tuple[ReceivedLine, ...]:
    """Return the services as the payer keeps them."""
    return tuple(
        ReceivedLine(
            procedure_code=line.procedure_code,
            modifiers=line.modifiers,
            charge_cents=line.charge_cents,
            units=str(line.units),
            service_date=line.service_date,
            line_item_control_number=line.line_item_control_number,
            procedure_qualifier=line.procedure_qualifier,
            revenue_code=line.revenue_code,
            service_date_to=line.service_date_to,
            non_covered_cents=line.non_covered_cents,
        )
        for line in lines
    )


def receive(
    claim: Claim,
    coverage: Coverage,
    *,
    control_number: str,
    sender_id: str,
    received_on: date,
    patient_share_before_cents: int | None,
    held_for: str,
) -> ReceivedClaim:
    """Return the payer's record of a claim it accepted."""
    return ReceivedClaim(
        control_number=control_number,
        key=key_of(claim, coverage),
        fingerprint=fingerprint(claim, coverage),
        patient_control_number=claim.patient_control_number,
        payer_id=coverage.payer_id,
        payer_name=coverage.payer_name,
        payee_npi=claim.billing_provider.npi,
        payee_name=claim.billing_provider.last_or_organization_name,
        sender_id=sender_id,
        claim_filing_indicator=coverage.claim_filing_indicator,
        processed_as=_processed_as(claim, coverage),
        charge_cents=claim.charge_cents,
        lines=received_lines(claim.lines),
        received_on=received_on,
        patient_share_before_cents=patient_share_before_cents,
        held_for=held_for,
        **_of_stay(claim),
    )


def _processed_as(claim: Claim, coverage: Coverage) -> str:
    if claim.dental is not None and claim.dental.predetermination:
        return PREDETERMINATION
    return _PROCESSED_AS.get(coverage.responsibility, _TERTIARY)


def _of_stay(claim: Claim) -> dict[str, Any]:
    stay = claim.stay
    if stay is None:
        return {}
    nights = (stay.statement_to - stay.statement_from).days
    return {
        "facility_code": stay.facility_type,
        "frequency_code": claim.claim_frequency.value,
        "drg_code": stay.drg,
        "covered_days": max(nights, 1) if stay.facility_type in _INPATIENT else None,
    }
