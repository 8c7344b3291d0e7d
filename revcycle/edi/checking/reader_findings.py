"""What the readers of each guide say about a file: what is broken, put aside, or has no place in the facts.

Remittances are not in here: their reader is asked by who also judges their balance.
"""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from revcycle.domain.finding import Finding
from revcycle.edi.acknowledgment import x12_277ca, x12_999
from revcycle.edi.authorization_278 import x12_278
from revcycle.edi.claim_837 import x12_837
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.inquiry.reading import ReadFile
from revcycle.edi.records_275_277 import x12_275, x12_277_rfai
from revcycle.edi.wire.envelope import Quarantined

_WHOLE: dict[str, tuple[Callable[[bytes], ReadFile[Any]], ...]] = {
    "270": (x12_270.read,),
    "271": (x12_271.read,),
    "275": (x12_275.read_records,),
    "276": (x12_276.read,),
    "277": (x12_277.read,),
    "277RFAI": (x12_277_rfai.read_requests,),
    "278": (x12_278.read_request, x12_278.read_response),
}


def reader_findings(guides: frozenset[str], source: BinaryIO) -> Iterator[Finding]:
    """Read ``source`` from its start once for each guide in it, and yield what the readers found."""
    if any(guide.startswith("837") for guide in guides):
        source.seek(0)
        for event in x12_837.iter_claims(source):
            if isinstance(event, Quarantined):
                yield from event.findings
            elif isinstance(event, Finding):
                yield event
    if "277CA" in guides:
        source.seek(0)
        yield from x12_277ca.read_batches(source).findings
    if guides & {"999", "997"}:
        source.seek(0)
        yield from x12_999.read_acknowledgment_file(source).findings
    for guide in sorted(guides & _WHOLE.keys()):
        source.seek(0)
        data = source.read()
        for read in _WHOLE[guide]:
            file = read(data)
            yield from file.findings
            for part in file.quarantined:
                yield from part.findings
