"""The letters we write: for each its template, its facts, its languages and its readers."""

from dataclasses import dataclass
from enum import StrEnum

from revcycle.letters.contexts_account import CharityDecisionContext, DisputeAnswerContext
from revcycle.letters.contexts_appeal import AppealContext
from revcycle.letters.contexts_notice import FinalNoticeContext, NoticeContext
from revcycle.letters.contexts_plan import PlanAgreementContext, PlanBrokenContext
from revcycle.letters.contexts_statement import StatementContext
from revcycle.letters.contexts_timely_filing import TimelyFilingContext

LetterContext = (
    AppealContext
    | TimelyFilingContext
    | StatementContext
    | NoticeContext
    | FinalNoticeContext
    | PlanAgreementContext
    | PlanBrokenContext
    | CharityDecisionContext
    | DisputeAnswerContext
)


class LetterKind(StrEnum):
    """The kinds of letters."""

    APPEAL = "appeal"
    TIMELY_FILING_PROOF = "timely_filing_proof"
    STATEMENT = "statement"
    REMINDER = "reminder"
    PAST_DUE = "past_due"
    FINAL_NOTICE = "final_notice"
    PLAN_AGREEMENT = "plan_agreement"
    PLAN_BROKEN = "plan_broken"
    CHARITY_DECISION = "charity_decision"
    DISPUTE_ANSWER = "dispute_answer"


class Reader(StrEnum):
    """The readers of letters. A letter meant for one must never be sent to another."""

    PAYER = "payer"
    GUARANTOR = "guarantor"


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of letter; its words are ``templates/<folder>/<kind>.<language>.jinja``."""

    kind: LetterKind
    folder: str
    context_type: type[LetterContext]
    reader: Reader
    languages: tuple[str, ...]

    def template(self, language: str) -> str:
        """The path of the template in one language, below ``templates/``."""
        return f"{self.folder}/{self.kind}.{language}.jinja"


_PAYER, _PATIENT = ("en",), ("en", "es")

CATALOG: dict[LetterKind, Letter] = {
    letter.kind: letter
    for letter in (
        Letter(LetterKind.APPEAL, "appeal", AppealContext, Reader.PAYER, _PAYER),
        Letter(LetterKind.TIMELY_FILING_PROOF, "appeal", TimelyFilingContext, Reader.PAYER, _PAYER),
        Letter(LetterKind.STATEMENT, "statement", StatementContext, Reader.GUARANTOR, _PATIENT),
        Letter(LetterKind.REMINDER, "notice", NoticeContext, Reader.GUARANTOR, _PATIENT),
        Letter(LetterKind.PAST_DUE, "notice", NoticeContext, Reader.GUARANTOR, _PATIENT),
        Letter(LetterKind.FINAL_NOTICE, "notice", FinalNoticeContext, Reader.GUARANTOR, _PATIENT),
        Letter(LetterKind.PLAN_AGREEMENT, "agreement", PlanAgreementContext, Reader.GUARANTOR, _PATIENT),
        Letter(LetterKind.PLAN_BROKEN, "agreement", PlanBrokenContext, Reader.GUARANTOR, _PATIENT),
        Letter(LetterKind.CHARITY_DECISION, "notice", CharityDecisionContext, Reader.GUARANTOR, _PATIENT),
        Letter(LetterKind.DISPUTE_ANSWER, "notice", DisputeAnswerContext, Reader.GUARANTOR, _PATIENT),
    )
}
