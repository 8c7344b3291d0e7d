"""Every activity, wired to its collaborators: what a worker of each task queue serves."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from activities.acknowledgment import AcknowledgmentActivities
from activities.adjudication import AdjudicationActivities
from activities.appeal import AppealActivities
from activities.appeal_filing import AppealFilingActivities, AppealLetterActivities
from activities.claim_position import ClaimPositionActivities
from activities.claim_status import ClaimStatusActivities
from activities.clocks import ClockActivities
from activities.correction import CorrectionActivities
from activities.denial import DenialActivities
from activities.eligibility import EligibilityActivities
from activities.mailbox import MailboxActivities
from activities.patient_billing import PatientBillingActivities
from activities.patient_letters import PatientLetterActivities
from activities.patient_requests import PatientRequestActivities
from activities.posting import PostingActivities
from activities.reassociation import ReassociationActivities
from activities.release import ReleaseActivities
from activities.remittance import RemittanceActivities
from activities.submission import SubmissionActivities
from activities.tasks import TaskActivities
from revcycle.db.engine import Database
from revcycle.payers.switchboard import Switchboard

Activities = list[Callable[..., Any]]


def of(*owners: object) -> Activities:
    """Return the activity methods of the objects."""
    return [
        method
        for owner in owners
        for _, method in inspect.getmembers(owner, inspect.ismethod)
        if hasattr(method, "__temporal_activity_definition")
    ]


def rule_activities(db: Database, switchboard: Switchboard) -> Activities:
    """Return what the claims queue serves: rules and SQL, asked as local activities by the workflows there."""
    return of(
        AcknowledgmentActivities(db),
        AdjudicationActivities(db),
        AppealActivities(db),
        ClaimPositionActivities(db),
        ClockActivities(db),
        CorrectionActivities(db),
        DenialActivities(db),
        PatientBillingActivities(db),
        PatientRequestActivities(db),
        PostingActivities(db),
        ReassociationActivities(db),
        ReleaseActivities(db, switchboard),
        RemittanceActivities(db),
        SubmissionActivities(db, switchboard),
        TaskActivities(db),
    )


def payer_activities(db: Database, switchboard: Switchboard, mail_drop: Path) -> Activities:
    """Return what the payer queue serves: everything that talks to the world outside."""
    return of(
        AppealFilingActivities(db, switchboard, mail_drop),
        ClaimStatusActivities(db, switchboard),
        EligibilityActivities(db, switchboard),
        MailboxActivities(db, switchboard),
        SubmissionActivities(db, switchboard),
    )


def letter_activities(db: Database, mail_drop: Path) -> Activities:
    """Return what the letters queue serves: PDFs, written and put out for the mail house."""
    return of(AppealLetterActivities(db), PatientLetterActivities(db, mail_drop))
