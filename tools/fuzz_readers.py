"""The readers that `./run fuzz` feeds, each with the guides it is for."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from revcycle.edi import (
    x12_270_005010x279a1,
    x12_271_005010x279a1,
    x12_275_records,
    x12_276_005010x212,
    x12_277_005010x212,
    x12_277_request_for_records,
    x12_277ca_005010x214,
    x12_278_005010x217,
    x12_835_005010x221a1,
    x12_837,
    x12_999_005010x231a1,
    x12_ta1,
)
from revcycle.edi.envelope import sniff
from revcycle.edi.inspection import inspect

Read = Callable[[bytes], object]


def _all_claims(data: bytes) -> int:
    return sum(1 for _ in x12_837.iter_claims(BytesIO(data)))


def _all_payments(data: bytes) -> int:
    return sum(1 for _ in x12_835_005010x221a1.iter_remittances(BytesIO(data)))


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
    Reader("835", x12_835_005010x221a1.read_remittances, ("835",)),
    Reader("835 streamed", _all_payments, ("835",)),
    Reader("270", x12_270_005010x279a1.read, ("270",)),
    Reader("271", x12_271_005010x279a1.read, ("271",)),
    Reader("276", x12_276_005010x212.read, ("276",)),
    Reader("277", x12_277_005010x212.read, ("277",)),
    Reader("277CA", x12_277ca_005010x214.read_acknowledgments, ("277CA",)),
    Reader("277RFAI", x12_277_request_for_records.read_requests, ("277RFAI",)),
    Reader("275", x12_275_records.read_records, ("275", "275-6020")),
    Reader("278 request", x12_278_005010x217.read_request, ("278-request",)),
    Reader("278 answer", x12_278_005010x217.read_response, ("278-answer",)),
    Reader("999", x12_999_005010x231a1.read_acknowledgments, ("999",)),
    Reader("TA1", x12_ta1.read_acknowledgments, ("TA1",)),
    Reader("inspect", inspect, ()),
    Reader("sniff", sniff, ()),
)
"""Readers without samples of their own take those of every guide."""
