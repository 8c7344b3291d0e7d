"""A payer's bad year, drawn from a seed: every misbehaviour that this program must survive, at random places."""

from revcycle.sandbox.payer.dialect import DIALECTS
from revcycle.sandbox.payer.script import Fault
from revcycle.sandbox.payer.timing import drawn

_DAY = 24.0
_WEEK = 7 * _DAY


def bad_days(seed: int, hang_seconds: float = 1.0) -> tuple[Fault, ...]:
    """Return the faults of that seed. Nothing stays lost: a spoilt item comes again, correct, a day to a week later."""

    def some(name: str, low: int, high: int) -> int:
        return drawn(seed, name, low, high)

    dialects = tuple(
        Fault("dialect_item", "835", count=some(name, 1, 2), skip=some(f"{name} skip", 0, 12), dialect=name)
        for name in DIALECTS
    )
    return (
        Fault("server_error", "/realtime", count=some("down", 1, 4), skip=some("down skip", 5, 60)),
        Fault(
            "server_error",
            "/mailbox",
            count=some("mail down", 1, 4),
            skip=some("mail skip", 5, 40),
            status=502,
        ),
        Fault("server_error", "/batch", skip=some("batch skip", 0, 5), status=500),
        Fault("slow_answer", "/realtime", count=2, skip=some("slow", 0, 30), hang_seconds=hang_seconds / 10),
        Fault("timeout_after_accept", "/batch", skip=some("hang", 0, 4), hang_seconds=hang_seconds),
        Fault("duplicate_item", "835", count=some("double", 1, 3), skip=some("double skip", 0, 8)),
        Fault("duplicate_item", "277CA", count=2, skip=some("double ca", 0, 6), hours=_DAY),
        Fault("late_item", "999", count=some("late", 1, 3), skip=some("late skip", 0, 4), hours=3 * _DAY),
        Fault("truncated_item", "835", skip=some("cut", 0, 8), hours=some("cut days", 1, 7) * _DAY),
        Fault("truncated_item", "277CA", skip=some("cut ca", 0, 6), hours=_DAY),
        Fault("wrong_trailer", "835", skip=some("trailer", 0, 8), hours=_DAY),
        Fault("wrong_reference", "999", skip=some("stranger", 0, 4), hours=_DAY),
        Fault("late_item", "835", skip=some("silent", 0, 8), hours=some("silent weeks", 2, 5) * _WEEK),
        *dialects,
    )
