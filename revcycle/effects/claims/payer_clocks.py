"""The clocks a claim's process holds for its payer: the filing limit, and what ends when the payer has spoken."""

from datetime import UTC, date, datetime, time

from revcycle.db import decisions
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.practice import policies
from revcycle.db.work import clocks, deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.claim import Claim
from revcycle.domain.exchange.policy import PayerPolicy
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.rules.claims.timely_filing import RULE, last_day_to_file

_FILED = (ClockName.TIMELY_FILING, ClockName.ACKNOWLEDGMENT)
_ANSWERED = (*_FILED, ClockName.REMITTANCE, ClockName.CROSSOVER)


def end_of(day: date) -> datetime:
    """Return the last instant of a day: a limit allows the whole of it."""
    return datetime.combine(day, time.max, UTC)


def policy_of(tx: Tx, row: ClaimRow) -> PayerPolicy:
    """Return the policy of the payer now asked, as it held on the day of service."""
    return policies.payer_policy(tx, row.filing_indicator, row.payer_id, row.service_date)


def follow_facts(tx: Tx, act: Act, row: ClaimRow, claim: Claim, *, new_payer: bool = False) -> None:
    """Move the filing clock to the limit that payer and date of service give now; a decision says so.

    It stays as it is when the payer has the claim already, unless another payer is asked (``new_payer``).
    """
    held = [one for one in deadlines.of_subject(tx, act.subject) if one.name == ClockName.TIMELY_FILING]
    if not new_payer and any(one.state is DeadlineState.MET for one in held):
        return
    policy = policy_of(tx, row)
    last_day = last_day_to_file(policy, claim)
    if held and held[-1].due_at == end_of(last_day) and not new_payer:
        return
    clocks.arm(tx, act, ClockName.TIMELY_FILING, end_of(last_day))
    reason = f"The payer must have the claim by {last_day}: counted anew after the correction."
    decisions.decide(
        tx, act, RULE, "filing_limit_moved", reason, policy=policy.reference, part=ClockName.TIMELY_FILING
    )


def filed(tx: Tx, act: Act, received_at: datetime) -> None:
    """The payer has the claim since that instant: in time for the filing limit, or too late."""
    clocks.meet_each(tx, act, _FILED, received_at)


def answered(tx: Tx, act: Act) -> None:
    """The payer has spoken of the claim: it has it, and nothing is waited for any more until a clock is armed anew."""
    clocks.meet_each(tx, act, _ANSWERED)
