"""Letters refuse facts that do not add up, that come too late, or that leave a hole."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.person import Address
from revcycle.domain.practice import Practice
from revcycle.letters.catalog import LetterKind
from revcycle.letters.contexts_account import CharityDecisionContext, CharityOutcome, DisputeAnswerContext
from revcycle.letters.contexts_appeal import AppealContext
from revcycle.letters.contexts_notice import FinalNoticeContext
from revcycle.letters.contexts_plan import PlanAgreementContext
from revcycle.letters.contexts_statement import (
    Aging,
    LadderStep,
    StatementContext,
    StatementLine,
    UnbalancedStatement,
    Visit,
)
from revcycle.letters.contexts_timely_filing import ProofEvent, TimelyFilingContext
from revcycle.letters.letterhead import Letterhead
from revcycle.letters.specimens import LETTERHEAD, specimen
from revcycle.letters.values import MissingValue, UnbalancedLetter

CENTS = st.integers(min_value=0, max_value=10_000_000)


def statement() -> StatementContext:
    context = specimen(LetterKind.STATEMENT)
    assert isinstance(context, StatementContext)
    return context


def lines() -> st.SearchStrategy[StatementLine]:
    return st.tuples(CENTS, CENTS, CENTS, CENTS).map(
        lambda amounts: StatementLine(
            description="Visit",
            charge_cents=amounts[0],
            insurance_paid_cents=amounts[1],
            adjustment_cents=amounts[2],
            patient_paid_cents=amounts[3],
            balance_cents=amounts[0] - amounts[1] - amounts[2] - amounts[3],
        )
    )


@given(st.lists(lines(), max_size=8), CENTS, st.integers(min_value=-5, max_value=5))
def test_a_statement_exists_only_at_the_sum_of_its_lines(
    given_lines: list[StatementLine], unapplied_cents: int, error_cents: int
) -> None:
    visit = Visit(
        service_date=date(2026, 1, 2), patient_first_name="A", provider_name="B", lines=tuple(given_lines)
    )
    stated_cents = visit.balance_cents - unapplied_cents + error_cents

    def made() -> StatementContext:
        return replace(
            statement(),
            visits=(visit,),
            aging=None,
            unapplied_payment_cents=unapplied_cents,
            balance_cents=stated_cents,
        )

    if error_cents:
        with pytest.raises(UnbalancedStatement):
            made()
        return
    taken_cents = made().insurance_paid_cents + made().adjustment_cents + made().patient_paid_cents
    assert made().charge_cents - taken_cents - unapplied_cents == stated_cents
    assert made().amount_due_cents == max(0, stated_cents)


def test_a_line_that_does_not_come_out_at_its_balance_is_refused() -> None:
    with pytest.raises(UnbalancedStatement):
        StatementLine(description="Visit", charge_cents=100, insurance_paid_cents=60, balance_cents=41)


def test_aging_comes_to_the_balance() -> None:
    with pytest.raises(UnbalancedStatement):
        replace(statement(), aging=Aging(current_cents=1))


def test_a_last_warning_leaves_thirty_days() -> None:
    day = statement().statement_date
    with pytest.raises(MissingValue):
        replace(statement(), step=LadderStep.FINAL)
    with pytest.raises(MissingValue):
        replace(statement(), step=LadderStep.FINAL, referral_on=day + timedelta(days=29))
    replace(statement(), step=LadderStep.FINAL, referral_on=day + timedelta(days=30))
    notice = specimen(LetterKind.FINAL_NOTICE)
    assert isinstance(notice, FinalNoticeContext)
    with pytest.raises(MissingValue):
        replace(notice, referral_on=notice.letter_date + timedelta(days=29))


def test_denied_lines_come_to_the_denied_amount() -> None:
    context = specimen(LetterKind.APPEAL)
    assert isinstance(context, AppealContext)
    with pytest.raises(UnbalancedLetter):
        replace(context, denied_cents=context.denied_cents + 1)


def test_installments_come_to_the_plan() -> None:
    context = specimen(LetterKind.PLAN_AGREEMENT)
    assert isinstance(context, PlanAgreementContext)
    with pytest.raises(UnbalancedLetter):
        replace(context, total_cents=context.total_cents - 1)
    with pytest.raises(MissingValue):
        replace(context, installments=(), total_cents=0)


def test_answers_come_out_at_the_balance_they_state() -> None:
    charity, dispute = specimen(LetterKind.CHARITY_DECISION), specimen(LetterKind.DISPUTE_ANSWER)
    assert isinstance(charity, CharityDecisionContext)
    assert isinstance(dispute, DisputeAnswerContext)
    with pytest.raises(UnbalancedLetter):
        replace(charity, balance_after_cents=0)
    with pytest.raises(UnbalancedLetter):
        replace(dispute, change_cents=2_000)
    with pytest.raises(MissingValue):
        replace(charity, outcome=CharityOutcome.DENIED)
    with pytest.raises(MissingValue):
        replace(charity, outcome=CharityOutcome.INCOMPLETE)


def test_a_timely_filing_letter_rests_on_its_strongest_document() -> None:
    context = specimen(LetterKind.TIMELY_FILING_PROOF)
    assert isinstance(context, TimelyFilingContext)
    assert context.strongest.event is ProofEvent.CLAIM_ACCEPTED
    assert context.days_to_spare == 83
    with pytest.raises(MissingValue):
        replace(context, proofs=())


def test_a_practice_s_profile_makes_its_letterhead() -> None:
    practice = Practice(
        name=LETTERHEAD.practice_name,
        address=Address("1200 Orchard Street, Suite 210", "Springfield", "IL", "62704"),
        phone=LETTERHEAD.phone,
        npi=LETTERHEAD.npi,
        tin=LETTERHEAD.tin,
        website=LETTERHEAD.website,
        signer_name="Dana Whitfield",
        payment_website=LETTERHEAD.payment_website,
        assistance_website=LETTERHEAD.assistance_website,
        office_hours=LETTERHEAD.office_hours,
    )
    assert Letterhead.of(practice) == LETTERHEAD
    plain = replace(LETTERHEAD, payment_website="", assistance_website="")
    assert plain.pay_at == plain.assistance_at == plain.website


@pytest.mark.parametrize("kind", LetterKind)
def test_a_context_shown_by_accident_tells_nobody_s_name(kind: LetterKind) -> None:
    context = specimen(kind)
    assert repr(context).startswith(f"<{type(context).__module__}.{type(context).__name__} object")


def test_a_missing_value_is_named_but_not_told() -> None:
    with pytest.raises(MissingValue, match=r"^StatementContext\.guarantor_name is empty") as refused:
        replace(statement(), guarantor_name="  ")
    assert "Maple" not in str(refused.value)
    with pytest.raises(MissingValue, match="address_lines"):
        replace(LETTERHEAD, address_lines=("", " "))
