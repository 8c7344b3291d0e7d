"""Prior authorization, 278 (005010X217): a request for review, and the payer's response to it."""

from typing import BinaryIO

from revcycle.domain.claims.authorization import AuthorizationAnswer, AuthorizationRequest
from revcycle.edi.authorization_278 import read
from revcycle.edi.authorization_278.write import VERSION, write_request, write_response
from revcycle.edi.inquiry.reading import ReadFile
from revcycle.edi.inquiry.whole_transactions import read_transactions

__all__ = ["VERSION", "read_request", "read_response", "write_request", "write_response"]


def read_request(source: bytes | BinaryIO) -> ReadFile[AuthorizationRequest]:
    """Read every request of the file; a transaction without one is put aside. Raises NotX12."""
    return read_transactions(
        source,
        "278",
        "278",
        read.read_requests,
        lambda transaction: not read.is_response(transaction),
    )


def read_response(source: bytes | BinaryIO) -> ReadFile[AuthorizationAnswer]:
    """Read every answer of the file; a transaction without one is put aside. Raises NotX12."""
    return read_transactions(source, "278", "278", read.read_responses, read.is_response)
