"""What may wait in a claim's inbox for its judgement: postings, an order to send it again, a request for records."""

from revcycle.db.engine import Tx
from revcycle.db.work import inbox
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News


def has_news(tx: Tx, claim_id: str) -> bool:
    """Tell whether any of it waits to be read."""
    return any(
        inbox.has(tx, subjects.claim(claim_id), kind) for kind in (News.POSTED, News.RESUBMIT, News.RECORDS)
    )
