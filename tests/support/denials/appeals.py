"""A claim's first denial and its first level: their acts and the level's row."""

from datetime import date, datetime

from revcycle.db.denials.appeals import AppealRow
from revcycle.domain.denials.appeal import AppealKind, AppealState
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from tests.support.remittances.remittance_book import AT


def denial_act(claim_id: str, name: str, at: datetime = AT) -> Act:
    """Return an act of the claim's first denial."""
    subject = subjects.denial(f"{claim_id}-1")
    return Act(f"{subject}:{name}", subject, at)


def appeal_act(claim_id: str, name: str, at: datetime = AT) -> Act:
    """Return an act of its first level."""
    subject = subjects.appeal(f"{claim_id}-1-1")
    return Act(f"{subject}:{name}", subject, at)


def appeal_row(claim_id: str) -> AppealRow:
    """Return the row; the denial it belongs to must be there."""
    return AppealRow(
        appeal_id=f"{claim_id}-1-1",
        denial_id=f"{claim_id}-1",
        claim_id=claim_id,
        level=1,
        level_name="first-level appeal",
        body="plan",
        kind=AppealKind.APPEAL,
        state=AppealState.PREPARING,
        notice_date=date(2026, 3, 2),
        file_by=date(2026, 8, 29),
        last_day=date(2026, 8, 29),
        packet_document_id="",
        problem="",
        filed_at=None,
        receipt="",
        decide_by=None,
        outcome=None,
        outcome_reason="",
        decided_at=None,
        created_at=AT,
    )
