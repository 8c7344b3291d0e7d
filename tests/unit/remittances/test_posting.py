"""Posting: money, patient share and contractual adjustments; a denial posts nothing; a reversal undoes exactly."""

from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.ledger import Entry, LedgerAccount
from revcycle.domain.remittances.remittance import ProviderAdjustment
from revcycle.rules.remittances.posting import (
    ClaimContext,
    Posting,
    explain,
    post_payment,
    post_provider_adjustments,
    reverse_posting,
    speaker,
)
from revcycle.rules.remittances.reversal import PostedPayment, original_of, repeats
from tests.support.remittances.remittance_book import PAYMENT_DATE, claim_facts, payment, payment_with

CLAIM = claim_facts(1, payers=2)


def context(open_cents: int = 10_000, *, further: bool = False) -> ClaimContext:
    return ClaimContext("C000001", "A000001", "PAY01", "R000001", open_cents, further, PAYMENT_DATE)


def moved(entries: tuple[Entry, ...], account: LedgerAccount) -> int:
    return sum(entry.amount_cents for entry in entries if entry.account is account)


def receivable(posted: Posting) -> int:
    return moved(posted.entries, LedgerAccount.AR_INSURANCE)


def test_a_clean_payment_closes_the_receivable() -> None:
    posted = post_payment(payment(CLAIM, CO_45=3000, PR_1=1000), context())
    assert receivable(posted) == -10_000
    assert moved(posted.entries, LedgerAccount.REMITTANCE_CLEARING) == 6_000
    assert moved(posted.entries, LedgerAccount.CONTRACTUAL_ADJUSTMENT) == 3_000
    assert moved(posted.entries, LedgerAccount.AR_PATIENT) == 1_000
    assert {entry.code for entry in posted.entries} == {"payment", "CO-45", "PR-1"}


def test_a_posting_is_said_in_one_sentence() -> None:
    posted = post_payment(payment(CLAIM, CO_45=3000, PR_1=1000), context())
    assert explain(posted) == (
        "The payer paid $60.00; $30.00 adjusted by contract or law; $10.00 left to the patient."
    )
    denied = post_payment(payment(CLAIM, CO_50=10_000), context())
    assert explain(denied) == "The payer paid nothing; $100.00 denied."


def test_a_denial_posts_nothing_and_stays_open() -> None:
    for code in ("CO_50", "CO_197", "PI_16", "OA_18", "PR_27", "CO_ZZZ"):
        posted = post_payment(payment_with(CLAIM, {code: 10_000}), context())
        assert posted.entries == ()
        assert posted.denied_cents == 10_000
        assert posted.denial_codes == (code.replace("_", "-"),)


def test_a_patient_share_waits_for_the_next_payer() -> None:
    posted = post_payment(payment(CLAIM, CO_45=3000, PR_2=1000), context(further=True))
    assert receivable(posted) == -9_000
    assert posted.patient_cents == 0


def test_a_secondary_never_takes_off_twice() -> None:
    """It repeats the primary's adjustments (OA-23, CO-45) on the whole charge; only 1,000 are open."""
    posted = post_payment(payment(CLAIM, "2", OA_23=6000, CO_45=3000, PR_2=300), context(1_000))
    assert receivable(posted) == -1_000
    assert (posted.payment_cents, posted.patient_cents, posted.contractual_cents) == (700, 300, 0)
    assert posted.findings[0].code == "posting.already_taken"


def test_a_lesser_of_secondary_takes_off_what_is_left() -> None:
    posted = post_payment(payment(CLAIM, "2", OA_23=6000, CO_45=4000), context(1_000))
    assert (posted.contractual_cents, receivable(posted)) == (1_000, -1_000)


def test_money_is_never_capped() -> None:
    assert receivable(post_payment(payment(CLAIM), context(0))) == -10_000


def test_a_payment_above_the_charge_gives_back() -> None:
    posted = post_payment(payment(CLAIM, CO_94=-500), context())
    assert (posted.payment_cents, receivable(posted)) == (10_500, -10_000)


@given(
    st.dictionaries(
        st.sampled_from(["CO_45", "CO_253", "CO_94", "PR_1", "PR_2", "PR_96", "CO_50", "OA_23", "PI_45"]),
        st.integers(-2_000, 9_000),
    ),
    st.integers(-5_000, 20_000),
    st.booleans(),
)
def test_every_posting_sums_to_zero_and_its_reversal_undoes_it(
    cents: dict[str, int], open_cents: int, further: bool
) -> None:
    posted = post_payment(payment_with(CLAIM, cents), context(open_cents, further=further))
    assert sum(entry.amount_cents for entry in posted.entries) == 0
    undone = reverse_posting(posted.entries, "R000002")
    for account in LedgerAccount:
        assert moved(undone, account) == -moved(posted.entries, account)
    taken = posted.contractual_cents + posted.patient_cents
    negative = sum(min(c, 0) for c in cents.values())
    assert taken <= max(open_cents - posted.payment_cents - negative, 0)


def test_provider_adjustments_tie_to_the_payment() -> None:
    told = (ProviderAdjustment("FB", "x", -4_000), ProviderAdjustment("L6", "y", -25))
    entries = post_provider_adjustments(told, "PAY01", "R000001")
    assert moved(entries, LedgerAccount.REMITTANCE_CLEARING) == 4_025
    assert moved(entries, LedgerAccount.PROVIDER_ADJUSTMENT) == -4_000
    assert moved(entries, LedgerAccount.INTEREST_INCOME) == -25


def test_who_spoke_is_told_by_the_payer_id_then_by_the_status() -> None:
    asked = Responsibility.SECONDARY
    assert speaker(CLAIM, "PAY01", "2", asked) is Responsibility.PRIMARY
    assert speaker(CLAIM, "OTHER", "2", asked) is Responsibility.SECONDARY
    assert speaker(CLAIM, "OTHER", "4", asked) is asked


def test_a_reversal_finds_the_newest_posting_with_its_amounts() -> None:
    def posted(remittance_id: str, icn: str, paid: int) -> PostedPayment:
        return PostedPayment(remittance_id, 1, icn, 10_000, paid)

    earlier = (posted("R1", "A", 6_000), posted("R2", "B", 6_000), posted("R3", "B", 5_000))
    assert original_of(PostedPayment("R9", 1, "A", -10_000, -6_000), earlier) == earlier[0]
    assert original_of(PostedPayment("R9", 1, "X", -10_000, -6_000), earlier) == earlier[1]
    assert original_of(PostedPayment("R9", 1, "B", -10_000, -1), earlier) is None
    assert repeats(posted("R9", "B", 5_000), earlier)
    assert not repeats(posted("R9", "A", 5_000), earlier)
    assert not repeats(posted("R9", "D", 0), (posted("R8", "D", 0),))
