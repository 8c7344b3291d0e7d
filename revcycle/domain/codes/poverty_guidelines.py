"""Federal poverty guidelines (HHS, 42 USC 9902(2)): dollars a year for one person, and for each further one.

2025: Federal Register document 2025-01377. 2026: document 2026-00755, effective 2026-01-13. As of 2026-11-22.
"""

from datetime import date

from revcycle.domain.patients.assistance import Region

GUIDELINES: tuple[tuple[date, dict[Region, tuple[int, int]]], ...] = (
    (
        date(2025, 1, 15),
        {
            Region.CONTIGUOUS: (15_650, 5_500),
            Region.ALASKA: (19_550, 6_880),
            Region.HAWAII: (17_990, 6_330),
        },
    ),
    (
        date(2026, 1, 13),
        {
            Region.CONTIGUOUS: (15_960, 5_680),
            Region.ALASKA: (19_950, 7_100),
            Region.HAWAII: (18_360, 6_530),
        },
    ),
)
