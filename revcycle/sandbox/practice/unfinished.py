"""Work for whoever looks around after the demo: files that come late enough for their claims to be still open."""

from dataclasses import dataclass

from revcycle.sandbox.practice.life import Life


@dataclass(frozen=True, slots=True)
class LateFile:
    """One file: so many business days before the end, so many claims of these lives."""

    days_before_end: int
    claims: int
    lives: tuple[Life, ...]


UNFINISHED = (
    LateFile(
        days_before_end=22,
        claims=10,
        lives=(
            Life.DENIED_CO16_REPLACED,
            Life.DENIED_CO197_OVERTURNED,
            Life.DENIED_CO50_WRITTEN_OFF,
            Life.PAID_PATIENT_PAYS,
            Life.PAID_CLEAN,
        ),
    ),
    LateFile(days_before_end=17, claims=4, lives=(Life.SILENT_PAYER_FOUND,)),
    LateFile(
        days_before_end=4,
        claims=9,
        lives=(Life.INACTIVE_COVERAGE_CORRECTED, Life.REJECTED_277CA_CORRECTED, Life.PAID_CLEAN),
    ),
)
"""Denials and patients' bills take three weeks to come, a payer is late after a fortnight, ended coverage and
rejections show within a day."""
