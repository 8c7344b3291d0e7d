"""What a remittance file holds, and how it refuses money that does not add up."""

from dataclasses import dataclass

from revcycle.domain.finding import Finding
from revcycle.domain.remittances.remittance import ProviderAdjustment, Remittance
from revcycle.domain.remittances.remittance_details import ClaimGroup
from revcycle.edi.wire.envelope import Quarantined


class UnbalancedRemittance(ValueError):
    """The amounts do not add up, so the 835 is not written. The message names the level, never a person."""


@dataclass(frozen=True, slots=True)
class RemittanceFile:
    """All that a remittance file held: one remittance for every ST that could be read."""

    interchange_control_number: str
    remittances: tuple[Remittance, ...]
    quarantined: tuple[Quarantined, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RemittanceEnd:
    """What a streamed remittance comes to after its last claim.

    ``claims_cents`` sums CLP04 of the ``claim_count`` claims that could be read; ``complete`` is False where the
    file ends before the SE segment.
    """

    provider_adjustments: tuple[ProviderAdjustment, ...]
    groups: tuple[ClaimGroup, ...]
    claim_count: int
    claims_cents: int
    complete: bool
