"""All checks of ``revcycle x12 validate`` in one: segments, readers, balance of remittances, and pyx12's maps."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from revcycle.cli.x12.pyx12_judge import MapVerdict, map_findings
from revcycle.domain.finding import Finding
from revcycle.domain.remittances.remittance import ClaimPayment, Remittance
from revcycle.edi.acknowledgment import x12_999, x12_ta1
from revcycle.edi.checking.answer_matching import match_groups, match_interchanges
from revcycle.edi.checking.reader_findings import reader_findings
from revcycle.edi.checking.validation import Validation, ordered, validate
from revcycle.edi.remittance_835.x12_835 import iter_remittances
from revcycle.edi.wire.envelope import Quarantined
from revcycle.rules.remittances import balancing


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole answer; ``maps`` says whether pyx12 judged too, and if not, why."""

    validation: Validation
    findings: tuple[Finding, ...]
    maps: MapVerdict


def check(
    source: BinaryIO, *, maps: bool, progress: Callable[[int], None], sent: BinaryIO | None = None
) -> Checked:
    """Check a seekable file; its TA1 and 999 also against the file they answer, ``sent``. Raises NotX12."""
    validation = validate(source, progress)
    found = [*validation.findings, *reader_findings(validation.guides, source)]
    if "835" in validation.guides:
        source.seek(0)
        found.extend(_remittances(source))
    if sent is not None:
        found.extend(_answers(source, sent))
    verdict = map_findings(validation, source) if maps else MapVerdict("not asked")
    return Checked(validation, ordered((*found, *verdict.findings)), verdict)


def _answers(source: BinaryIO, sent: BinaryIO) -> Iterator[Finding]:
    """Match the acknowledgments of ``source`` with what was sent."""
    asked = validate(sent)
    source.seek(0)
    data = source.read()
    yield from match_interchanges(asked, x12_ta1.read_acknowledgments(data))
    yield from match_groups(asked, x12_999.read_acknowledgments(data))


def _remittances(source: BinaryIO) -> Iterator[Finding]:
    """Read and balance the remittances claim by claim."""
    header: Remittance | None = None
    aside = 0
    for event in iter_remittances(source):
        if isinstance(event, ClaimPayment):
            yield from balancing.balance_claim(event)
        elif isinstance(event, Quarantined):
            aside += 1
            yield from event.findings
        elif isinstance(event, Finding):
            yield event
        elif isinstance(event, Remittance):
            header, aside = event, 0
            yield from event.findings
        elif header is not None:
            whole = replace(header, provider_adjustments=event.provider_adjustments)
            yield from balancing.balance_total(whole, event.claims_cents, aside)
