"""The readers that `./run fuzz` feeds, each with the guides it is for."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1
from revcycle.edi.authorization_278 import x12_278
from revcycle.edi.checking.inspection import inspect
from revcycle.edi.claim_837 import x12_837
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.records_275_277 import x12_275, x12_277_rfai
from revcycle.edi.remittance_835 import x12_835
from revcycle.edi.wire.envelope import sniff

Read = Callable[[bytes], object]


def _all_claims(data: bytes) -> int:
    return sum(1 for _ in x12_837.iter_claims(BytesIO(data)))


def _all_payments(data: bytes) -> int:
    return sum(1 for _ in x12_835.iter_remittances(BytesIO(data)))


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader, and the samples that are damaged for it."""

    name: str
    read: Read
    samples: tuple[str, ...]


READERS = (
    Reader("837P", x12_837.read_claims, ("837P",)),
    Reader("837I", x12_837.read_claims, ("837I",)),
    Reader("837D", x12_837.read_claims, ("837D",)),
    Reader("837 streamed", _all_claims, ("837P", "837I", "837D")),
    Reader("835", x12_835.read_remittances, ("835",)),
    Reader("835 streamed", _all_payments, ("835",)),
    Reader("270", x12_270.read, ("270",)),
    Reader("271", x12_271.read, ("271",)),
    Reader("276", x12_276.read, ("276",)),
    Reader("277", x12_277.read, ("277",)),
    Reader("277CA", x12_277ca.read_acknowledgments, ("277CA",)),
    Reader("277RFAI", x12_277_rfai.read_requests, ("277RFAI",)),
    Reader("275", x12_275.read_records, ("275", "275-6020")),
    Reader("278 request", x12_278.read_request, ("278-request",)),
    Reader("278 answer", x12_278.read_response, ("278-answer",)),
    Reader("999", x12_999.read_acknowledgments, ("999",)),
    Reader("TA1", x12_ta1.read_acknowledgments, ("TA1",)),
    Reader("inspect", inspect, ()),
    Reader("sniff", sniff, ()),
)
"""Readers without samples of their own take those of every guide."""
