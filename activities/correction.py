"""Corrections: what staff changed becomes the claim's next version."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.effects.claims import correction


class CorrectionActivities:
    """Applies proposed changes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def apply_correction(self, claim_id: str, correction_id: str, key: str, at: datetime) -> int:
        """Write the corrected version and return its number.

        A claim the payer has adjudicated goes again as a replacement (frequency 7) under the payer's
        control number; one that never got in, or whose payer refuses replacements, goes again as an original
        (005010X222A1, CLM05-3, REF*F8).
        """
        with self._db.write() as tx:
            return once.once(tx, key, int, lambda: correction.apply(tx, claim_id, correction_id, key, at))
