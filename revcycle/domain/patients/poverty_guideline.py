"""The federal poverty guideline (HHS, 42 USC 9902(2)): what a household's income is measured against."""

from dataclasses import dataclass

from revcycle.domain.dated_policy import BrokenPolicy, DatedPolicy
from revcycle.domain.patients.assistance import Region

POVERTY_SCOPE = "poverty"


@dataclass(frozen=True, slots=True)
class GuidelineStep:
    """A year's income, in cents: for one person, and for each further one."""

    first_person_cents: int
    further_person_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PovertyGuideline(DatedPolicy):
    """The guideline of a year, for the 48 states with the District of Columbia, for Alaska and for Hawaii."""

    contiguous: GuidelineStep
    alaska: GuidelineStep
    hawaii: GuidelineStep

    def __post_init__(self) -> None:
        """Raises BrokenPolicy."""
        DatedPolicy.__post_init__(self)
        for step in (self.contiguous, self.alaska, self.hawaii):
            if step.first_person_cents < 1 or step.further_person_cents < 1:
                raise BrokenPolicy("a guideline has amounts above zero, in cents")

    def step(self, region: Region) -> GuidelineStep:
        """Return the amounts of a region."""
        steps = {Region.CONTIGUOUS: self.contiguous, Region.ALASKA: self.alaska, Region.HAWAII: self.hawaii}
        return steps[region]
