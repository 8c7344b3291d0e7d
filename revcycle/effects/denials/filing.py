"""Appeals on their way out: the packet written (letters queue), the packet delivered (payer queue)."""

from datetime import datetime

from revcycle.db.claims import claims
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import AppealRow
from revcycle.db.engine import Tx
from revcycle.db.work import deadlines
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.denials.appeal import AppealState
from revcycle.domain.work import subjects
from revcycle.effects.denials.appeal import decide_by, decision_clock, filing_clock, record
from revcycle.effects.denials.facts import policy_of

PDF = "application/pdf"


def filed(tx: Tx, appeal: AppealRow, receipt: str, at: datetime) -> datetime:
    """Record that the packet was filed and arm the clock of the payer's decision; return its day."""
    policy = policy_of(tx, denials.load(tx, appeal.denial_id))
    rung = policy.level(appeal.level)
    assert rung is not None, "opened by the same policy"
    due_at = decide_by(appeal, rung, policy.decision_grace_days, at)
    filed = {"state": AppealState.FILED.value, "filed_at": at, "receipt": receipt, "decide_by": due_at}
    appeals.change(tx, appeal.appeal_id, **filed)
    subject = subjects.claim(appeal.claim_id)
    deadlines.meet(tx, subject, filing_clock(appeal.level), at)
    deadlines.arm(tx, subject, decision_clock(appeal.level), due_at, at)
    claims.set_stage(tx, appeal.claim_id, ClaimStage.APPEALED, at)
    spare = (appeal.file_by - at.date()).days
    where = f"{appeal.level_name} with the {appeal.body}"
    words = f"Filed {where}, {spare} days before our limit; decision due {due_at.date()}."
    facts = {"document": appeal.packet_document_id, "file_by": appeal.file_by.isoformat(), "receipt": receipt}
    record(tx, appeal, f"filed:{appeal.appeal_id}", "filed", words, "system", at, **facts)
    return due_at
