"""The kinds of work for a person: who owns it, what may be answered, what an answer needs and where it leads."""

from dataclasses import dataclass
from enum import StrEnum

from revcycle.domain.work.owners import Owner


class TaskKind(StrEnum):
    """Why a person is needed."""

    FIX_REGISTRATION = "fix_registration"
    FIX_SCRUB_FINDING = "fix_scrub_finding"
    FIX_REJECTION = "fix_rejection"
    FILING_LIMIT_PASSED = "filing_limit_passed"
    CALL_PAYER = "call_payer"
    REVIEW = "review"
    CLASSIFY_DENIAL = "classify_denial"
    FIX_DENIAL = "fix_denial"
    APPROVE_WRITE_OFF = "approve_write_off"
    APPROVE_APPEAL = "approve_appeal"
    MEND_APPEAL = "mend_appeal"
    ASK_APPEAL_DECISION = "ask_appeal_decision"
    MATCH_REMITTANCE = "match_remittance"
    REVIEW_REMITTANCE = "review_remittance"
    REVIEW_PAYMENT = "review_payment"
    REVIEW_REVERSAL = "review_reversal"
    FIND_DEPOSIT = "find_deposit"
    SETTLE_DEPOSIT = "settle_deposit"
    PROVE_DELIVERY = "prove_delivery"
    CONNECTION_DOWN = "connection_down"
    FIX_LETTER = "fix_letter"
    RESOLVE_DISPUTE = "resolve_dispute"
    APPROVE_DISPUTED_WRITE_OFF = "approve_disputed_write_off"
    APPROVE_CHARITY = "approve_charity"
    APPROVE_REFERRAL = "approve_referral"
    RESOLVE_CREDIT = "resolve_credit"


class ChoiceName(StrEnum):
    """What may be answered."""

    ACCEPT_DIFFERENCE = "accept_difference"
    APPEAL = "appeal"
    APPROVE = "approve"
    ARRIVED = "arrived"
    BILL_PATIENT = "bill_patient"
    CORRECTED = "corrected"
    DENY = "deny"
    FILE_LATE = "file_late"
    FOUND = "found"
    GIVE_UP = "give_up"
    HOLD = "hold"
    KEEP_IN_SUSPENSE = "keep_in_suspense"
    KEEP_ON_ACCOUNT = "keep_on_account"
    KEEP_WAITING = "keep_waiting"
    MATCHED = "matched"
    NEXT_PAYER = "next_payer"
    NO_ANSWER = "no_answer"
    NOTED = "noted"
    NOT_ARRIVED = "not_arrived"
    NOT_OURS = "not_ours"
    OVERTURNED = "overturned"
    POST_AS_TOLD = "post_as_told"
    POST_WITH_SUSPENSE = "post_with_suspense"
    PROVE_TIMELY_FILING = "prove_timely_filing"
    REFER = "refer"
    REFUND = "refund"
    REFUSE = "refuse"
    REJECT = "reject"
    REJECTED = "rejected"
    SEND_ANYWAY = "send_anyway"
    STILL_PENDING = "still_pending"
    TRY_AGAIN = "try_again"
    UPHELD = "upheld"
    UPHELD_PATIENT = "upheld_patient"
    WAIT = "wait"
    WRITE_OFF = "write_off"


class Needs(StrEnum):
    """What an answer must refer to. The reference must belong to the task's subject."""

    NOTHING = ""
    CORRECTION = "correction"
    CLAIM = "claim"
    DEPOSIT = "deposit"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its name, where it leads in plain words, and what it must refer to."""

    name: ChoiceName
    leads_to: str
    needs: Needs = Needs.NOTHING


@dataclass(frozen=True, slots=True)
class TaskType:
    """One kind of task: its title, its answers, who owns it and to whom it goes when nobody answers."""

    kind: TaskKind
    title: str
    choices: tuple[Choice, ...]
    owner: Owner = Owner.BILLER
    escalates_to: Owner = Owner.MANAGER

    @property
    def names(self) -> tuple[str, ...]:
        """The answers' names, in the order they are offered."""
        return tuple(choice.name.value for choice in self.choices)

    def choice(self, name: str) -> Choice | None:
        """Return the answer of that name, None when it is not offered."""
        return next((choice for choice in self.choices if choice.name == name), None)


_C = ChoiceName
_CORRECTED = Choice(
    _C.CORRECTED, "the correction becomes the claim's next version, and it is sent", Needs.CORRECTION
)
_CORRECTED_CHECKED = Choice(
    _C.CORRECTED,
    "the correction becomes the claim's next version, and coverage is checked again",
    Needs.CORRECTION,
)
_WAIT = Choice(_C.WAIT, "the payer's answer is waited for again")
_APPEAL = Choice(_C.APPEAL, "the next level of appeal is written and filed")
_ASK_WRITE_OFF = Choice(_C.WRITE_OFF, "a manager is asked to approve the write-off")
_NOT_OURS = Choice(_C.NOT_OURS, "the money stays in suspense until it is given back")
_FOUND = Choice(_C.FOUND, "the remittance is brought together with that deposit", Needs.DEPOSIT)

_TYPES = (
    TaskType(
        TaskKind.FIX_REGISTRATION,
        "Correct the registration",
        (_CORRECTED_CHECKED, Choice(_C.SEND_ANYWAY, "the claim is sent as it is")),
    ),
    TaskType(TaskKind.FIX_SCRUB_FINDING, "Correct what an edit found", (_CORRECTED,)),
    TaskType(TaskKind.FIX_REJECTION, "Correct what the payer rejected", (_CORRECTED,)),
    TaskType(
        TaskKind.FILING_LIMIT_PASSED,
        "The payer's filing limit has passed",
        (Choice(_C.NOTED, "the claim goes on; the payer may deny it as late"),),
        owner=Owner.MANAGER,
    ),
    TaskType(TaskKind.CALL_PAYER, "Telephone the payer", (_WAIT, _CORRECTED)),
    TaskType(TaskKind.REVIEW, "Review what no rule decides", (_WAIT, _CORRECTED)),
    TaskType(
        TaskKind.CLASSIFY_DENIAL,
        "Say what to do about a denial",
        (
            _APPEAL,
            _CORRECTED,
            Choice(_C.PROVE_TIMELY_FILING, "an appeal with proof of timely filing is written and filed"),
            Choice(_C.NEXT_PAYER, "the claim goes to the next coverage"),
            Choice(_C.BILL_PATIENT, "the amount becomes the patient's share"),
            _ASK_WRITE_OFF,
        ),
    ),
    TaskType(TaskKind.FIX_DENIAL, "Correct a denied claim", (_CORRECTED, _APPEAL, _ASK_WRITE_OFF)),
    TaskType(
        TaskKind.APPROVE_WRITE_OFF,
        "Approve a write-off",
        (
            Choice(_C.WRITE_OFF, "the denied amount is written off"),
            _APPEAL,
            Choice(_C.HOLD, "it rests for 30 days, then is asked again"),
        ),
        owner=Owner.MANAGER,
    ),
    TaskType(
        TaskKind.APPROVE_APPEAL,
        "Approve an appeal that costs more than a letter",
        (Choice(_C.APPROVE, "the level is written and filed"), _ASK_WRITE_OFF),
        owner=Owner.MANAGER,
    ),
    TaskType(
        TaskKind.MEND_APPEAL,
        "Supply what an appeal lacks",
        (
            Choice(_C.TRY_AGAIN, "the packet is written and checked again"),
            Choice(_C.FILE_LATE, "the packet is filed although its day has passed"),
            Choice(_C.GIVE_UP, "the level ends without being filed"),
        ),
        owner=Owner.MANAGER,
    ),
    TaskType(
        TaskKind.ASK_APPEAL_DECISION,
        "Ask the payer for its decision on an appeal",
        (
            Choice(_C.STILL_PENDING, "the decision is waited for again"),
            Choice(_C.OVERTURNED, "the payer's payment is waited for"),
            Choice(_C.UPHELD, "the next level follows, or a write-off is asked for"),
            Choice(_C.NO_ANSWER, "the next level follows, or a write-off is asked for"),
        ),
    ),
    TaskType(
        TaskKind.MATCH_REMITTANCE,
        "Find the claim of a payment",
        (Choice(_C.MATCHED, "the payment is posted to that claim", Needs.CLAIM), _NOT_OURS),
    ),
    TaskType(
        TaskKind.REVIEW_REMITTANCE,
        "Review a remittance that does not balance",
        (
            Choice(_C.POST_WITH_SUSPENSE, "it is posted; the difference goes to suspense"),
            Choice(_C.REJECT, "nothing of it is posted"),
        ),
    ),
    TaskType(
        TaskKind.REVIEW_PAYMENT,
        "Review a payment that was put aside",
        (Choice(_C.POST_AS_TOLD, "the payment is posted as the payer stated it"), _NOT_OURS),
    ),
    TaskType(
        TaskKind.REVIEW_REVERSAL,
        "Review a reversal of nothing that was posted",
        (Choice(_C.KEEP_IN_SUSPENSE, "its money stays in suspense"),),
    ),
    TaskType(
        TaskKind.FIND_DEPOSIT,
        "Find a deposit that has not come",
        (_FOUND, Choice(_C.KEEP_WAITING, "the deposit is waited for again")),
    ),
    TaskType(
        TaskKind.SETTLE_DEPOSIT,
        "Settle a deposit of another amount",
        (_FOUND, Choice(_C.ACCEPT_DIFFERENCE, "the difference goes to suspense")),
    ),
    TaskType(
        TaskKind.PROVE_DELIVERY,
        "Ask whether a batch arrived",
        (
            Choice(_C.ARRIVED, "the batch counts as sent"),
            Choice(_C.NOT_ARRIVED, "its claims go back to the queue"),
        ),
    ),
    TaskType(
        TaskKind.CONNECTION_DOWN,
        "A connection takes nothing",
        (Choice(_C.NOTED, "delivery is tried again until it succeeds"),),
        owner=Owner.MANAGER,
    ),
    TaskType(
        TaskKind.FIX_LETTER,
        "Mend a letter that could not be written",
        (Choice(_C.TRY_AGAIN, "the letter is written again"),),
    ),
    TaskType(
        TaskKind.RESOLVE_DISPUTE,
        "Find out who is right in a dispute",
        (
            Choice(_C.UPHELD_PATIENT, "a manager is asked to approve the write-off"),
            Choice(_C.REJECTED, "the patient is answered, and billing goes on"),
        ),
    ),
    TaskType(
        TaskKind.APPROVE_DISPUTED_WRITE_OFF,
        "Approve writing a disputed balance off",
        (
            Choice(_C.APPROVE, "the disputed balance is written off"),
            Choice(_C.REFUSE, "the dispute goes back to who resolved it"),
        ),
        owner=Owner.MANAGER,
    ),
    TaskType(
        TaskKind.APPROVE_CHARITY,
        "Decide an application for financial assistance",
        (
            Choice(_C.APPROVE, "the discount is given and the patient is told"),
            Choice(_C.DENY, "the patient is told, and billing goes on"),
        ),
        owner=Owner.MANAGER,
    ),
    TaskType(
        TaskKind.APPROVE_REFERRAL,
        "Approve a referral to the collection agency",
        (
            Choice(_C.REFER, "the account goes to the agency"),
            Choice(_C.HOLD, "all asking stops until the hold ends"),
        ),
        owner=Owner.MANAGER,
    ),
    TaskType(
        TaskKind.RESOLVE_CREDIT,
        "Decide about a patient's credit",
        (
            Choice(_C.REFUND, "the credit is paid back"),
            Choice(_C.KEEP_ON_ACCOUNT, "the credit waits for the next balance"),
        ),
    ),
)
TASKS: dict[TaskKind, TaskType] = {one.kind: one for one in _TYPES}
"""Every kind of task. A manager's task that nobody answers stays a manager's: there is nobody above who may answer."""
