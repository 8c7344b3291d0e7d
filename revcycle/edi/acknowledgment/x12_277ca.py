"""Claim acknowledgment, 277CA (005010X214): which claims of a batch the payer took into adjudication."""

from revcycle.edi.acknowledgment.read_277ca import ClaimAcknowledgmentFile, read_acknowledgments, read_batches
from revcycle.edi.acknowledgment.write_277ca import VERSION, write_acknowledgment, write_batch

__all__ = [
    "VERSION",
    "ClaimAcknowledgmentFile",
    "read_acknowledgments",
    "read_batches",
    "write_acknowledgment",
    "write_batch",
]
