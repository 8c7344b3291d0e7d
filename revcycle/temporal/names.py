"""Names that Temporal keeps in the clear: task queues, workflow ids, search attributes. Safe to read aloud."""

from temporalio.common import SearchAttributeKey

CLAIMS_QUEUE = "claims"
PAYER_QUEUE = "payer-io"
LETTERS_QUEUE = "letters"
QUEUES = (CLAIMS_QUEUE, PAYER_QUEUE, LETTERS_QUEUE)

CLAIM_STAGE = SearchAttributeKey.for_keyword("ClaimStage")
PAYER_CLASS = SearchAttributeKey.for_keyword("PayerClass")
NEXT_DEADLINE = SearchAttributeKey.for_datetime("NextDeadline")
DEADLINE_NAME = SearchAttributeKey.for_keyword("DeadlineName")
OWNER_CLASS = SearchAttributeKey.for_keyword("OwnerClass")
AMOUNT_BAND = SearchAttributeKey.for_keyword("AmountBand")
SEARCH_ATTRIBUTES = {
    "ClaimStage": "Keyword",
    "PayerClass": "Keyword",
    "NextDeadline": "Datetime",
    "DeadlineName": "Keyword",
    "OwnerClass": "Keyword",
    "AmountBand": "Keyword",
}

RING = "ring"
"""The one signal every workflow has: look into your inbox."""


def claim(claim_id: str) -> str:
    """``claim/C000001``: also the subject of its inbox, decisions and deadlines."""
    return f"claim/{claim_id}"


def account(account_id: str) -> str:
    """``account/A000001``: workflow id of PatientAccount and subject of everything about the account."""
    return f"account/{account_id}"


def remittance(remittance_id: str) -> str:
    """``remittance/R000001``."""
    return f"remittance/{remittance_id}"


def denial(denial_id: str) -> str:
    """``denial/C000001-1``."""
    return f"denial/{denial_id}"


def appeal(appeal_id: str) -> str:
    """``appeal/C000001-1-2``: the denial's id and the level."""
    return f"appeal/{appeal_id}"


def task(task_id: str) -> str:
    """``task/C000001-fix_rejection-1``."""
    return f"task/{task_id}"


def submission(connection_id: str) -> str:
    """``submission/clearinghouse``."""
    return f"submission/{connection_id}"


def mailbox(connection_id: str) -> str:
    """``mailbox/clearinghouse``."""
    return f"mailbox/{connection_id}"


def amount_band(cents: int) -> str:
    """Return the band of an amount: ops see how much is at stake, not the sum."""
    for limit, band in ((10_000, "under_100"), (50_000, "100_to_500"), (200_000, "500_to_2000")):
        if cents < limit:
            return band
    return "over_2000"
