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
    LateFile(days_before_end=25, claims=4, lives=(Life.SILENT_PAYER_FOUND,)),
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
    LateFile(
        days_before_end=4,
        claims=9,
        lives=(Life.INACTIVE_COVERAGE_CORRECTED, Life.REJECTED_277CA_CORRECTED, Life.PAID_CLEAN),
    ),
)
"""A payer is asked where the money is after three weeks, and answers in days; denials and patients' bills take as long
to come; ended coverage and rejections show within a day."""
