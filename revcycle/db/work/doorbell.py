"""The doorbell: news for a process and the ring that wakes it, in the transaction that learned it."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.work import inbox, outbox
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import Start


def tell(tx: Tx, start: Start, news: News, reference: str, at: datetime) -> None:
    """Leave news for a process and wake it; it is started when it does not run."""
    inbox.put(tx, start.subject, news, reference, at)
    outbox.ring(tx, start.subject, start)


def tell_running(tx: Tx, subject: str, news: News, reference: str, at: datetime) -> None:
    """Leave news for a process and wake it if it runs; else the news waits for its next start."""
    inbox.put(tx, subject, news, reference, at)
    outbox.ring(tx, subject, None)


def wake(tx: Tx, start: Start, attributes: dict[str, str] | None = None) -> None:
    """Wake a process without news; it is started, with these search attributes, when it does not run."""
    outbox.ring(tx, start.subject, start, attributes)
