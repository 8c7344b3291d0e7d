"""Where a claim stands, for a process that starts anew, and how it waits for money or ends."""

from revcycle.db import decisions, ledger, sequences
from revcycle.db.claims import claims
from revcycle.db.denials import denials
from revcycle.db.engine import Tx
from revcycle.db.exchange import submissions
from revcycle.db.remittances import remittances
from revcycle.db.work import clocks, deadlines, doorbell, inbox, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.ending import ClaimEnding
from revcycle.domain.claims.progress import ClaimPosition, LostTask, Settlement
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import AccountStart
from revcycle.effects.claims.payer_clocks import answered
from revcycle.effects.work.news import has_news
from revcycle.rules.claims import follow_up, waiting
from revcycle.rules.claims.position import Traces, step_of
from revcycle.rules.mail import acknowledgment

RULE = "claim@1"
_WITH_THE_PAYER = (ClockName.REMITTANCE, ClockName.ACKNOWLEDGMENT)


def locate_claim(tx: Tx, act: Act, claim_id: str) -> ClaimPosition:
    """Return where the process of a claim goes on, with a new epoch for the life that asks."""
    row = claims.load(tx, claim_id)
    tx.moved.add(act.subject)
    posted = remittances.posted(tx, claim_id)
    newest = posted[-1].remittance_id if posted else ""
    brought = [one for one in denials.of_claim(tx, claim_id) if one.remittance_id == newest]
    denial = brought[-1] if brought else None
    held = [one for one in deadlines.of_subject(tx, act.subject) if one.name == ClockName.SETTLEMENT]
    traces = Traces(
        stage=row.stage,
        clocks=frozenset(clock.name for clock in clocks.armed(tx, act.subject)),
        corrected=row.version > submissions.newest_version(tx, claim_id),
        denial=denial.outcome if denial else None,
        unsettled=bool(held) and held[-1].state is DeadlineState.MISSED,
    )
    made = decisions.of_subject(tx, act.subject)
    return ClaimPosition(
        epoch=sequences.take(tx, f"epoch:{claim_id}"),
        step=step_of(traces),
        asked=_asked(made),
        reason=_reason(made, row.stage),
        denial_id=denial.denial_id if denial else "",
        remittance_id=newest,
        tasks=_own_tasks(tx, act, claim_id),
    )


def _asked(made: tuple[Decision, ...]) -> int:
    """Count the questions for its status since the claim was last sent."""
    asked = 0
    for one in made:
        if one.outcome == "released":
            asked = 0
        elif one.rule == follow_up.RULE:
            asked += 1
    return asked


def _reason(made: tuple[Decision, ...], stage: ClaimStage) -> str:
    """Return what a person is to look at: why the payer rejected the claim, else the last that was decided of it."""
    if stage is ClaimStage.REJECTED:
        made = tuple(one for one in made if one.rule == acknowledgment.RULE)
    return made[-1].reason.rstrip(".") if made else ""


def _own_tasks(tx: Tx, act: Act, claim_id: str) -> tuple[LostTask, ...]:
    """Return the open tasks that the claim's own process has put before a person, not those of its denials."""
    found = tasks.find(tx, subject=act.subject)
    return tuple(
        LostTask(one.task_id, one.kind)
        for one in found
        if one.task_id.startswith(f"{claim_id}-{one.kind.value}-")
    )


def await_remittance(tx: Tx, act: Act, claim_id: str) -> bool:
    """Wait for money that the payer has announced or owes."""
    for name in _WITH_THE_PAYER:
        clocks.cancel(tx, act, name)
    claims.move(tx, act, claim_id, ClaimStage.PENDING)
    clocks.arm(tx, act, ClockName.REMITTANCE, waiting.payment_due(act.at))
    return True


def await_settlement(tx: Tx, act: Act, claim_id: str) -> bool:
    """Wait for the account to settle the patient's share."""
    answered(tx, act)
    claims.move(tx, act, claim_id, ClaimStage.PATIENT_DUE)
    clocks.arm(tx, act, ClockName.SETTLEMENT, waiting.settlement_due(act.at))
    return True


def read_settlement(tx: Tx, act: Act, claim_id: str) -> Settlement:
    """Read whether the account has settled the claim; close it when it has."""
    told = inbox.take(tx, act.subject, News.SETTLED)
    if not told:
        return Settlement(settled=False, posted=has_news(tx, claim_id))
    _close(tx, act, claim_id, told[-1].reference)
    return Settlement(settled=True, posted=False)


def close_written_off(tx: Tx, act: Act, claim_id: str) -> bool:
    """Close a claim whose denied amount was written off.

    A patient's share still open goes to the account instead, and the claim stays open: False.
    """
    if ledger.claim_balance(tx, claim_id).patient_cents <= 0:
        _close(tx, act, claim_id, ClaimEnding.WRITTEN_OFF)
        return True
    account_id = claims.load(tx, claim_id).account_id
    doorbell.tell(tx, AccountStart(account_id), News.BALANCE_DUE, claim_id, act.at)
    await_settlement(tx, act, claim_id)
    return False


def _close(tx: Tx, act: Act, claim_id: str, ending: str) -> None:
    clocks.meet(tx, act, ClockName.SETTLEMENT)
    clocks.cancel_all(tx, act)
    claims.move(tx, act, claim_id, ClaimStage.CLOSED, ending)
    reason = f"Nothing is owed any more: {ending.replace('_', ' ')}."
    decisions.decide(tx, act, RULE, f"closed_{ending}", reason)
