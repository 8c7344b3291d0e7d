"""What a remittance file holds, and how it refuses money that does not add up."""

from dataclasses import dataclass

from revcycle.domain.finding import Finding
from revcycle.domain.remittance import Remittance
from revcycle.edi.envelope import Quarantined


class UnbalancedRemittance(ValueError):
    """The amounts do not add up, so the 835 is not written. The message names the level, never a person."""


@dataclass(frozen=True, slots=True)
class RemittanceFile:
    """All that a remittance file held: one remittance for every ST that could be read."""

    interchange_control_number: str
    remittances: tuple[Remittance, ...]
    quarantined: tuple[Quarantined, ...]
    findings: tuple[Finding, ...]
