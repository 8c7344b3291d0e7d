"""Every workflow a claims worker runs, and how it runs them: in the sandbox, with our pure rooms passed through."""

from typing import Any

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.appeal import Appeal
from workflows.claim import Claim
from workflows.denial import Denial
from workflows.eligibility_check import EligibilityCheck
from workflows.human_decision import HumanDecision
from workflows.mailbox import Mailbox
from workflows.patient_account import PatientAccount
from workflows.remittance import Remittance
from workflows.submission import Submission

WORKFLOWS: tuple[type[Any], ...] = (
    Appeal,
    Claim,
    Denial,
    EligibilityCheck,
    HumanDecision,
    Mailbox,
    PatientAccount,
    Remittance,
    Submission,
)


def runner() -> SandboxedWorkflowRunner:
    """Return the sandbox: clock, random and I/O stay forbidden in workflow code.

    Our own modules are passed through: importing them anew for each workflow instance costs more than running it.
    """
    passed = SandboxRestrictions.default.with_passthrough_modules("revcycle", "activities", "workflows")
    return SandboxedWorkflowRunner(restrictions=passed)
