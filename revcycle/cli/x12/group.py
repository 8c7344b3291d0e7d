"""X12 files on this machine: inspect, validate. They are read here and sent nowhere; no api is needed."""

from revcycle.cli.lazy import LazyGroup

group = LazyGroup(
    name="x12",
    help="X12 files as they are, without taking them in: inspect, validate.",
    entries={
        "inspect": (
            "revcycle.cli.x12.inspect:inspect",
            "What a file holds: envelopes, parties, counts, totals.",
        ),
        "validate": (
            "revcycle.cli.x12.validate:validate",
            "Is it sound: envelope, levels, money, codes, maps; and the 999 that answers it.",
        ),
    },
)
