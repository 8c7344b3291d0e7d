"""Claim acknowledgment, 277CA (005010X214): which claims of a batch the payer took into adjudication."""

from revcycle.edi._277ca_read import ClaimAcknowledgmentFile, read_acknowledgments, read_batches
from revcycle.edi._277ca_write import VERSION, write_acknowledgment, write_batch

__all__ = [
    "VERSION",
    "ClaimAcknowledgmentFile",
    "read_acknowledgments",
    "read_batches",
    "write_acknowledgment",
    "write_batch",
]
