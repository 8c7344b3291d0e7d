"""One made-up letter of every kind: what a practice looks at before it lets a letter go out.

Nobody in here exists. The day is fixed, so a specimen is the same file for ever.
"""

from datetime import UTC, date, datetime, timedelta

from revcycle.domain.patients.dispute import DisputeSubject
from revcycle.letters.catalog import LetterContext, LetterKind
from revcycle.letters.contexts_account import (
    CharityDecisionContext,
    CharityOutcome,
    DisputeAnswerContext,
    DisputeFinding,
)
from revcycle.letters.contexts_appeal import AppealArgument, AppealContext, DenialLine, Exhibit
from revcycle.letters.contexts_notice import FinalNoticeContext, NoticeContext
from revcycle.letters.contexts_plan import Installment, PlanAgreementContext, PlanBrokenContext
from revcycle.letters.contexts_statement import Aging, BalanceReason, StatementContext, StatementLine, Visit
from revcycle.letters.contexts_timely_filing import FilingProof, ProofEvent, TimelyFilingContext
from revcycle.letters.letterhead import Letterhead

DAY = date(2026, 11, 20)
LETTERHEAD = Letterhead(
    practice_name="Cedar Hollow Family Medicine",
    address_lines=("1200 Orchard Street, Suite 210", "Springfield, IL 62704"),
    phone="(217) 555-0142",
    npi="1932102951",
    tin="37-0000001",
    website="www.cedarhollow.example",
    payment_website="pay.cedarhollow.example",
    assistance_website="www.cedarhollow.example/help",
    office_hours="Mon–Fri 8–5",
)
_GUARANTOR = "Rosa M. Delgado"
_HOME = ("4418 Maple Grove Lane, Apt. 7B", "Springfield, IL 62703-1188")
_PAYER = ("Provider Appeals, P.O. Box 30559", "Columbus, OH 43230")


def specimen(kind: LetterKind) -> LetterContext:
    """Return the made-up facts for a specimen of the kind."""
    made: dict[LetterKind, LetterContext] = {
        LetterKind.APPEAL: _appeal(),
        LetterKind.TIMELY_FILING_PROOF: _timely_filing(),
        LetterKind.STATEMENT: _statement(),
        LetterKind.REMINDER: _notice(),
        LetterKind.PAST_DUE: _notice(),
        LetterKind.FINAL_NOTICE: _final_notice(),
        LetterKind.PLAN_AGREEMENT: _plan(),
        LetterKind.PLAN_BROKEN: _plan_broken(),
        LetterKind.CHARITY_DECISION: _charity(),
        LetterKind.DISPUTE_ANSWER: _dispute(),
    }
    return made[kind]


def _appeal() -> AppealContext:
    meaning = "No prior authorization was found for this service"
    return AppealContext(
        letterhead=LETTERHEAD,
        letter_date=DAY,
        payer_name="Blue Prairie Health Plan",
        payer_address_lines=_PAYER,
        level_name="first-level appeal",
        patient_name="Mateo Delgado",
        member_id="BPH884120937",
        patient_control_number="C000412",
        payer_claim_control_number="26289A0044120",
        service_date=date(2026, 9, 14),
        charge_cents=146_000,
        denied_cents=128_500,
        lines=(
            DenialLine(
                procedure="73721",
                description="MRI of the knee without contrast",
                charge_cents=98_500,
                denied_cents=98_500,
                code="CO-197",
                meaning=meaning,
            ),
            DenialLine(
                procedure="20610",
                description="Injection into a large joint",
                charge_cents=30_000,
                denied_cents=30_000,
                code="CO-197",
                meaning=meaning,
            ),
        ),
        denial_reason="No prior authorization (CO-197)",
        argument=AppealArgument.AUTHORIZATION,
        requested_action="reverse the denial and pay both lines at the contracted rate",
        deadline=date(2027, 3, 27),
        signer_name="Dana Whitfield",
        signer_title="Appeals Coordinator",
        exhibits=(
            Exhibit(label="A", title="Authorization approval letter", pages=2),
            Exhibit(label="B", title="Remittance advice of September 28, 2026", pages=1),
            Exhibit(label="C", title="Office note of September 14, 2026", pages=4),
        ),
        supporting_facts=(
            "The authorization was approved on September 8, 2026, six days before the service.",
            "It names procedure 73721 and procedure 20610, one unit each, and our NPI.",
        ),
        prior_authorization_number="PA7730112",
        denial_date=date(2026, 9, 28),
    )


def _timely_filing() -> TimelyFilingContext:
    sent_at = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
    claim_number = "26061A0019873"
    return TimelyFilingContext(
        letterhead=LETTERHEAD,
        letter_date=DAY,
        payer_name="Blue Prairie Health Plan",
        payer_address_lines=_PAYER,
        level_name="reconsideration",
        patient_name="Mateo Delgado",
        member_id="BPH884120937",
        patient_control_number="C000207",
        payer_claim_control_number=claim_number,
        service_date=date(2026, 2, 24),
        charge_cents=21_800,
        denied_cents=21_800,
        denial_reason="Filing limit passed (CO-29)",
        requested_action="withdraw the timely-filing denial and process the claim",
        filing_deadline=date(2026, 5, 25),
        deadline=date(2027, 4, 30),
        proofs=(
            FilingProof(
                event=ProofEvent.CLAIM_SENT,
                occurred_at=sent_at,
                control_numbers="ISA13 000000042, GS06 42, ST02 0001",
                document_sha256="9f2c" * 16,
            ),
            FilingProof(
                event=ProofEvent.FILE_ACCEPTED,
                occurred_at=sent_at + timedelta(hours=1),
                control_numbers="AK102 42, AK202 0001",
                document_sha256="41d7" * 16,
                status="AK9 A, accepted",
            ),
            FilingProof(
                event=ProofEvent.CLAIM_ACCEPTED,
                occurred_at=sent_at + timedelta(hours=20),
                control_numbers="TRN02 C000207",
                document_sha256="b06e" * 16,
                status="A2, accepted into adjudication",
                payer_claim_control_number=claim_number,
            ),
        ),
        signer_name="Dana Whitfield",
        signer_title="Appeals Coordinator",
        denial_date=date(2026, 11, 3),
    )


def _statement() -> StatementContext:
    lines = (
        StatementLine(
            description="Office visit",
            charge_cents=18_500,
            insurance_paid_cents=8_240,
            adjustment_cents=6_200,
            patient_paid_cents=2_000,
            balance_cents=2_060,
            reason=BalanceReason.COINSURANCE,
        ),
        StatementLine(
            description="Blood test: complete blood count",
            charge_cents=4_200,
            adjustment_cents=2_900,
            balance_cents=1_300,
            reason=BalanceReason.DEDUCTIBLE,
        ),
    )
    visit = Visit(
        service_date=date(2026, 10, 6),
        patient_first_name="Mateo",
        provider_name="Dr. Alan Okafor",
        lines=lines,
    )
    return StatementContext(
        letterhead=LETTERHEAD,
        statement_id="S000731",
        statement_date=DAY,
        due_date=DAY + timedelta(days=30),
        guarantor_name=_GUARANTOR,
        guarantor_address_lines=_HOME,
        account_id="A000118",
        visits=(visit,),
        balance_cents=3_360,
        aging=Aging(current_cents=3_360),
    )


def _notice() -> NoticeContext:
    return NoticeContext(
        letterhead=LETTERHEAD,
        letter_date=DAY,
        guarantor_name=_GUARANTOR,
        guarantor_address_lines=_HOME,
        account_id="A000118",
        statement_id="S000731",
        statement_date=DAY - timedelta(days=40),
        due_date=DAY - timedelta(days=10),
        pay_by=DAY + timedelta(days=20),
        balance_cents=3_360,
    )


def _final_notice() -> FinalNoticeContext:
    return FinalNoticeContext(
        letterhead=LETTERHEAD,
        letter_date=DAY,
        guarantor_name=_GUARANTOR,
        guarantor_address_lines=_HOME,
        account_id="A000118",
        statement_id="S000731",
        statement_date=DAY - timedelta(days=95),
        due_date=DAY - timedelta(days=65),
        balance_cents=3_360,
        referral_on=DAY + timedelta(days=35),
    )


def _plan() -> PlanAgreementContext:
    dues = tuple(date(2026 + (11 + place) // 12, (11 + place) % 12 + 1, 15) for place in range(4))
    return PlanAgreementContext(
        letterhead=LETTERHEAD,
        letter_date=DAY,
        guarantor_name=_GUARANTOR,
        guarantor_address_lines=_HOME,
        account_id="A000118",
        plan_id="P000009",
        installments=tuple(
            Installment(number=number, due_date=due, amount_cents=10_500)
            for number, due in enumerate(dues, start=1)
        ),
        total_cents=42_000,
        sign_by=DAY + timedelta(days=14),
    )


def _plan_broken() -> PlanBrokenContext:
    return PlanBrokenContext(
        letterhead=LETTERHEAD,
        letter_date=DAY,
        guarantor_name=_GUARANTOR,
        guarantor_address_lines=_HOME,
        account_id="A000118",
        plan_id="P000009",
        missed_due_date=DAY - timedelta(days=12),
        missed_cents=10_500,
        remaining_cents=31_500,
        catch_up_by=DAY + timedelta(days=15),
    )


def _charity() -> CharityDecisionContext:
    return CharityDecisionContext(
        letterhead=LETTERHEAD,
        letter_date=DAY,
        guarantor_name=_GUARANTOR,
        guarantor_address_lines=_HOME,
        account_id="A000118",
        application_date=DAY - timedelta(days=9),
        outcome=CharityOutcome.APPROVED_IN_PART,
        balance_before_cents=42_000,
        discount_cents=31_500,
        balance_after_cents=10_500,
        discount_percent=75,
        covered_through=DAY + timedelta(days=180),
    )


def _dispute() -> DisputeAnswerContext:
    return DisputeAnswerContext(
        letterhead=LETTERHEAD,
        letter_date=DAY,
        guarantor_name=_GUARANTOR,
        guarantor_address_lines=_HOME,
        account_id="A000118",
        dispute_date=DAY - timedelta(days=9),
        subject=DisputeSubject.PAYMENT_NOT_SHOWN,
        outcome=DisputeFinding.BILL_CHANGED,
        balance_before_cents=3_360,
        change_cents=-2_000,
        balance_after_cents=1_360,
        due_date=DAY + timedelta(days=30),
    )
