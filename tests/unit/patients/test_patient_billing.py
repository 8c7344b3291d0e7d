"""What comes next for an account, by the rule alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.patients.assistance import Application, ApplicationState
from revcycle.domain.patients.contact import Channel, Contact, ContactKind
from revcycle.domain.patients.dispute import Dispute, DisputeState, DisputeSubject
from revcycle.domain.patients.patient_account import (
    AccountStanding,
    AccountState,
    BillingStep,
    ClaimShare,
    Hold,
    Ladder,
)
from revcycle.domain.patients.patient_step import AccountAction
from revcycle.domain.patients.payment_plan import PaymentPlan, PlanState, even_terms
from revcycle.domain.work.clocks import CLOCKS, Clock, ClockName
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.rules.patients.collections import contact_barriers, referral_barriers
from revcycle.rules.patients.patient_billing import allocate, morning, next_step
from revcycle.rules.patients.patient_questions import questions
from tests.support.policies import patient_policy_for

DAY = date(2026, 3, 2)
POLICY = patient_policy_for(DAY)
SHARE = ClaimShare("C000001", date(2026, 1, 5), 0, 9_000, True, 9_000, DAY)
BILLED = Ladder(BillingStep.STATEMENT, DAY, DAY, "A000001-statement-1-x")
STANDING = AccountStanding("A000001", DAY - timedelta(10), (SHARE,), ladder=BILLED)
FRESH = replace(STANDING, shares=(replace(SHARE, billed_cents=0),), ladder=Ladder())
DISPUTE = Dispute("Q000001", DisputeSubject.AMOUNT, DisputeState.OPEN, DAY)
APPLICATION = Application("H000001", ApplicationState.OPEN, DAY, 100, 150)
PLAN = PaymentPlan("L000001", PlanState.ACTIVE, even_terms(9_000, 3, DAY), ("C000001",), 9_000, True)
IN_DISPUTE = replace(STANDING, dispute=DISPUTE)
ASKS = [kind for kind in ContactKind if kind not in (ContactKind.CALL, ContactKind.PLAN_BROKEN)]


def contact(kind: ContactKind, day: date) -> Contact:
    return Contact(kind, Channel.MAIL, datetime.combine(day, datetime.min.time(), UTC), "", "system")


def clock(name: ClockName, day: date) -> Clock:
    return Clock(name, morning(day))


def at_final_notice(*kinds: ContactKind) -> AccountStanding:
    final_on = DAY + timedelta(90)
    ladder = Ladder(BillingStep.FINAL_NOTICE, final_on, DAY, "s", referral_on=DAY + timedelta(120))
    asked = (*(contact(kind, DAY) for kind in kinds), contact(ContactKind.FINAL_NOTICE, final_on))
    return replace(STANDING, ladder=ladder, contacts=asked)


READY = at_final_notice(ContactKind.STATEMENT, ContactKind.REMINDER)


def test_a_family_gathers_before_its_first_statement() -> None:
    early = replace(FRESH, opened_on=DAY)
    assert next_step(early, POLICY, DAY).clock == clock(ClockName.NEXT_STATEMENT, DAY + timedelta(5))
    assert next_step(early, POLICY, DAY).state is AccountState.GATHERING
    assert next_step(early, POLICY, DAY + timedelta(5)).letter == "statement"


@pytest.mark.parametrize(
    ("step", "letter"), [("statement", "reminder"), ("reminder", "past_due"), ("past_due", "final_notice")]
)
def test_each_step_leads_to_the_next_after_thirty_days(step: str, letter: str) -> None:
    standing = replace(STANDING, ladder=replace(BILLED, step=BillingStep(step)))
    assert next_step(standing, POLICY, DAY + timedelta(29)).action is AccountAction.WAIT
    assert next_step(standing, POLICY, DAY + timedelta(30)).letter == letter


def test_insurance_still_liable_is_never_billed() -> None:
    pending = replace(STANDING, shares=(replace(SHARE, insurance_cents=1),), ladder=Ladder())
    assert next_step(pending, POLICY, DAY).state is AccountState.WAITING_FOR_PAYER
    unjudged = replace(STANDING, shares=(replace(SHARE, payers_done=False),), ladder=Ladder())
    assert contact_barriers(unjudged, ContactKind.STATEMENT)


@pytest.mark.parametrize("kind", ASKS)
def test_a_dispute_stops_every_letter(kind: ContactKind) -> None:
    assert contact_barriers(IN_DISPUTE, kind)


def test_an_application_a_hold_and_a_plan_stop_asking_but_not_answering() -> None:
    for standing in (
        replace(STANDING, application=APPLICATION),
        replace(STANDING, hold=Hold.BANKRUPTCY),
        replace(STANDING, plan=PLAN),
    ):
        assert contact_barriers(standing, ContactKind.REMINDER)
        assert not contact_barriers(standing, ContactKind.PLAN_AGREEMENT)
        assert next_step(standing, POLICY, DAY + timedelta(5)).action is AccountAction.WAIT


def test_a_balance_that_grew_goes_on_a_statement_first() -> None:
    grown = replace(STANDING, shares=(replace(SHARE, patient_cents=9_001),))
    assert contact_barriers(grown, ContactKind.REMINDER)
    assert next_step(grown, POLICY, DAY + timedelta(30)).letter == "statement"


def test_small_balances_wait_for_the_rest_or_go() -> None:
    small = replace(STANDING, shares=(replace(SHARE, patient_cents=499),))
    assert next_step(small, POLICY, DAY).action is AccountAction.WRITE_OFF_SMALL
    with_more = replace(small, shares=(*small.shares, replace(SHARE, claim_id="C000002", insurance_cents=5)))
    assert next_step(with_more, POLICY, DAY).action is AccountAction.WAIT


def test_a_missed_plan_payment_gets_a_letter_and_a_last_chance() -> None:
    planned = replace(STANDING, plan=PLAN)
    due = clock(ClockName.INSTALLMENT, DAY + timedelta(11))
    assert next_step(planned, POLICY, DAY + timedelta(10)).clock == due
    assert next_step(planned, POLICY, DAY + timedelta(11)).letter == "plan_broken"
    warned = replace(PLAN, state=PlanState.LAST_CHANCE, catch_up_by=DAY + timedelta(21))
    standing = replace(STANDING, plan=warned)
    assert next_step(standing, POLICY, DAY + timedelta(21)).action is AccountAction.WAIT
    assert next_step(standing, POLICY, DAY + timedelta(22)).outcome == "broken"
    caught_up = replace(STANDING, plan=replace(warned, owed_cents=6_000))
    next_due = clock(ClockName.INSTALLMENT, DAY + timedelta(41))
    assert next_step(caught_up, POLICY, DAY + timedelta(22)).clock == next_due


def test_a_plan_paid_off_is_kept() -> None:
    paid = replace(STANDING, shares=(), plan=replace(PLAN, owed_cents=0))
    assert next_step(paid, POLICY, DAY).outcome == "kept"


def test_a_broken_plan_restates_and_keeps_its_place() -> None:
    ladder = replace(BILLED, step=BillingStep.PAST_DUE, restate=True)
    assert next_step(replace(STANDING, ladder=ladder), POLICY, DAY).letter == "statement"


def test_nothing_owed_closes_and_credit_asks_first() -> None:
    even = replace(STANDING, shares=())
    assert next_step(even, POLICY, DAY).action is AccountAction.CLOSE
    credit = replace(even, credit_cents=500)
    assert next_step(credit, POLICY, DAY).action is AccountAction.WAIT
    assert [question.kind for question in questions(credit, POLICY, DAY)] == [TaskKind.RESOLVE_CREDIT]
    assert next_step(replace(credit, credit_kept_cents=500), POLICY, DAY).action is AccountAction.CLOSE


def test_answers_come_before_everything_else() -> None:
    answered = replace(STANDING, shares=(), dispute=replace(DISPUTE, state=DisputeState.ANSWERED))
    assert next_step(answered, POLICY, DAY).letter == "dispute_answer"
    denied = replace(APPLICATION, state=ApplicationState.DENIED)
    assert next_step(replace(STANDING, application=denied), POLICY, DAY).letter == "charity_decision"
    assert next_step(replace(IN_DISPUTE, application=denied), POLICY, DAY).action is AccountAction.WAIT


def test_referral_needs_every_wait_and_contact() -> None:
    ready_on = DAY + timedelta(120)
    assert not referral_barriers(READY, POLICY, ready_on)
    assert referral_barriers(READY, POLICY, ready_on - timedelta(1))
    assert referral_barriers(at_final_notice(ContactKind.STATEMENT), POLICY, ready_on)
    assert referral_barriers(replace(READY, dispute=DISPUTE), POLICY, ready_on)
    named_later = replace(READY, ladder=replace(READY.ladder, referral_on=ready_on + timedelta(9)))
    assert referral_barriers(named_later, POLICY, ready_on)
    also_open = (SHARE, replace(SHARE, claim_id="C000002", insurance_cents=5_000))
    assert referral_barriers(replace(READY, shares=also_open), POLICY, ready_on)
    assert referral_barriers(STANDING, POLICY, ready_on)


def test_a_manager_is_asked_once_all_is_done() -> None:
    ready_on = DAY + timedelta(120)
    asked = questions(READY, POLICY, ready_on)
    assert [q.kind for q in asked] == [TaskKind.APPROVE_REFERRAL]
    held = replace(READY, ladder=replace(READY.ladder, held_until=ready_on + timedelta(30)))
    assert questions(held, POLICY, ready_on) == ()
    waited_for = clock(ClockName.HOLD_END, ready_on + timedelta(30))
    assert next_step(held, POLICY, ready_on).clock == waited_for


@pytest.mark.parametrize(
    ("standing", "name"),
    [
        (IN_DISPUTE, ClockName.DISPUTE_ANSWER),
        (replace(STANDING, application=APPLICATION), ClockName.ASSISTANCE_DECISION),
        (replace(STANDING, hold=Hold.LITIGATION), ClockName.HOLD_REVIEW),
        (replace(STANDING, hold=Hold.UNWRITABLE), ClockName.LETTER_CORRECTION),
        (replace(STANDING, shares=(), credit_cents=1), ClockName.CREDIT_DECISION),
        (replace(STANDING, shares=(replace(SHARE, payers_done=False),)), ClockName.PAYER_LIABILITY),
        (STANDING, ClockName.REMINDER),
        (READY, ClockName.AGENCY_REFERRAL),
    ],
)
def test_each_wait_says_what_for(standing: AccountStanding, name: ClockName) -> None:
    step = next_step(standing, POLICY, DAY)
    assert step.clock is not None
    assert step.clock.name is name


def test_people_are_asked_about_disputes_write_offs_and_charity() -> None:
    upheld = replace(DISPUTE, state=DisputeState.UPHELD)
    unwritable = replace(STANDING, hold=Hold.UNWRITABLE)
    for standing, kind in (
        (IN_DISPUTE, TaskKind.RESOLVE_DISPUTE),
        (replace(STANDING, dispute=upheld), TaskKind.APPROVE_DISPUTED_WRITE_OFF),
        (replace(STANDING, application=APPLICATION), TaskKind.APPROVE_CHARITY),
        (unwritable, TaskKind.FIX_LETTER),
    ):
        (question,) = questions(standing, POLICY, DAY)
        assert question.kind is kind
        assert question.amount_cents == 9_000
        assert question.due_at.date() > DAY


@given(
    amounts=st.lists(st.integers(1, 50_000), max_size=6),
    paid=st.integers(1, 200_000),
    first=st.integers(0, 5),
)
def test_an_allocation_spends_every_cent_once(amounts: list[int], paid: int, first: int) -> None:
    shares = tuple(
        replace(SHARE, claim_id=f"C{n}", patient_cents=cents, service_date=DAY + timedelta(n))
        for n, cents in enumerate(amounts)
    )
    spread = allocate(paid, shares, (f"C{first}",))
    owed = {share.claim_id: share.patient_cents for share in shares}
    assert sum(cents for _, cents in spread.claims) + spread.over_cents == paid
    assert all(0 < cents <= owed[claim_id] for claim_id, cents in spread.claims)
    assert spread.over_cents == max(0, paid - sum(amounts))


@given(days=st.integers(0, 400))
def test_waiting_always_has_an_end_in_the_future(days: int) -> None:
    on = DAY + timedelta(days)
    for standing in (STANDING, FRESH, IN_DISPUTE, READY, replace(STANDING, plan=PLAN)):
        step = next_step(standing, POLICY, on)
        if step.action is AccountAction.WAIT:
            assert step.clock is not None
            assert step.clock.due_at.date() > on
            assert CLOCKS[step.clock.name].holder == "account"
        if step.action is AccountAction.SEND:
            assert step.letter is not None
            assert not contact_barriers(standing, step.letter)
