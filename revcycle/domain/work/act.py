"""An act of a workflow: what makes an effect count once, for whom, and when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its idempotency ``key``, the ``subject`` whose process acts, and the business instant ``at``.

    The workflow mints the key, so a repeated activity is the same act. ``subject`` (``claim/C000001``) is the
    workflow's own id: only a process arms and ends its own clocks.
    """

    key: str
    subject: str
    at: datetime
