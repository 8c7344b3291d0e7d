"""One edit of a claim: its id, its check, from when and for which kinds of claims it holds, by whose authority."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from revcycle.domain.claims.claim import Claim, ClaimKind, ServiceLine
from revcycle.domain.finding import Finding

Check = Callable[[Claim, date], tuple[Finding, ...]]

FROM_5010 = date(2012, 1, 1)
EVERY_KIND = frozenset(ClaimKind)
PROFESSIONAL = frozenset({ClaimKind.PROFESSIONAL})
INSTITUTIONAL = frozenset({ClaimKind.INSTITUTIONAL})
DENTAL = frozenset({ClaimKind.DENTAL})


@dataclass(frozen=True, slots=True)
class Edit:
    """One check with its id, its first day of service, its authority and the kinds of claims it is for."""

    code: str
    check: Check
    effective_from: date
    authority: str
    kinds: frozenset[ClaimKind] = EVERY_KIND

    def in_force(self, claim: Claim) -> bool:
        """Whether the edit holds for the claim."""
        return claim.kind in self.kinds and self.effective_from <= claim.service_date_from


def unless(good: bool, code: str, where: str, message: str, remedy: str) -> tuple[Finding, ...]:
    """Return the finding unless all is good."""
    return () if good else (Finding(code, where, message, remedy),)


def per_line(
    claim: Claim, good: Callable[[ServiceLine], bool], code: str, field: str, message: str, remedy: str
) -> tuple[Finding, ...]:
    """Return the finding for every line that is not good."""
    return tuple(
        Finding(code, f"lines[{n}].{field}", f"line {line.line_number}: {message}", remedy)
        for n, line in enumerate(claim.lines)
        if not good(line)
    )
