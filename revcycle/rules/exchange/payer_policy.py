"""Which policy a payer's clocks run by on a day."""

from collections.abc import Iterable
from datetime import date

from revcycle.domain.exchange.policy import CLASS_SCOPE, PAYER_SCOPE, PayerPolicy
from revcycle.rules.dated_policy import in_force


class NoPolicy(LookupError):
    """No row of policy holds for this payer: the published ones are missing from the database."""


def payer_policy_for(rows: Iterable[PayerPolicy], on: date) -> PayerPolicy:
    """Return the policy in force among the rows about one payer and its class. Raises NoPolicy.

    The practice's contract with the payer beats what the payer published, and both beat the rule for its class,
    where again the practice's own comes first.
    """
    rows = tuple(rows)
    for kind in (PAYER_SCOPE, CLASS_SCOPE):
        found = in_force((row for row in rows if row.scope.startswith(f"{kind}:")), on)
        if found is not None:
            return found
    raise NoPolicy(
        f"no payer policy holds on {on}: run `revcycle admin migrate`, which writes the published ones"
    )
