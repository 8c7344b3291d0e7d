"""A claim as the payer keeps it: what it needs to adjudicate, pay, reverse and answer; no name."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from revcycle.domain.claim import Claim, Coverage, Responsibility, ServiceLine
from revcycle.sandbox.payer.script import key_of

_PROCESSED_AS = {Responsibility.PRIMARY: "1", Responsibility.SECONDARY: "2", Responsibility.TERTIARY: "3"}


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One service as billed."""

    procedure_code: str
    modifiers: tuple[str, ...]
    charge_cents: int
    units: str
    service_date: date
    line_item_control_number: str


@dataclass(frozen=True, slots=True)
class ReceivedClaim:
    """One accepted claim.

    ``processed_as`` is CLP02 when paid; ``patient_share_before_cents`` is what earlier payers left
    to the patient; ``held_for`` is the CARC it is denied with at first, if any.
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
    return ReceivedLine(**told)


def fingerprint(claim: Claim, coverage: Coverage) -> str:
    """Return what makes claims exact duplicates: payer, patient and lines, whatever their control number."""
    patient = (claim.patient.last_name, claim.patient.first_name, claim.patient.birth_date.isoformat())
    lines = sorted(
        (
            line.procedure_code,
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
        processed_as=_PROCESSED_AS[coverage.responsibility],
        charge_cents=claim.charge_cents,
        lines=received_lines(claim.lines),
        received_on=received_on,
        patient_share_before_cents=patient_share_before_cents,
        held_for=held_for,
    )
