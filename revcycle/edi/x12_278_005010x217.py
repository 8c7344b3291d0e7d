"""Prior authorization, 278 (005010X217): a request for review, and the payer's response to it."""

from typing import BinaryIO

from revcycle.domain.authorization import AuthorizationAnswer, AuthorizationRequest
from revcycle.edi import _278_read
from revcycle.edi._278_write import VERSION, write_request, write_response
from revcycle.edi._inquiry_reading import ReadFile
from revcycle.edi._whole_transactions import read_transactions

__all__ = ["VERSION", "read_request", "read_response", "write_request", "write_response"]


def read_request(source: bytes | BinaryIO) -> ReadFile[AuthorizationRequest]:
    """Read every request of the file; a transaction without one is put aside. Raises NotX12."""
    return read_transactions(
        source,
        "278",
        "278",
        _278_read.read_requests,
        lambda transaction: not _278_read.is_response(transaction),
    )


def read_response(source: bytes | BinaryIO) -> ReadFile[AuthorizationAnswer]:
    """Read every answer of the file; a transaction without one is put aside. Raises NotX12."""
    return read_transactions(source, "278", "278", _278_read.read_responses, _278_read.is_response)
