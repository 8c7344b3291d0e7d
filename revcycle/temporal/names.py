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

POSITION = "position"
"""The one query every workflow has: where it stands and which clocks it waits for."""

RING = "ring"
"""The one signal every workflow has: look into your inbox."""


def amount_band(cents: int) -> str:
    """Return the band of an amount: ops see how much is at stake, not the sum."""
    for limit, band in ((10_000, "under_100"), (50_000, "100_to_500"), (200_000, "500_to_2000")):
        if cents < limit:
            return band
    return "over_2000"
