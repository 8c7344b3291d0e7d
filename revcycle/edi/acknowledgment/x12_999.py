"""Implementation acknowledgment, 999 (005010X231A1): how the syntax of a group was judged."""

from revcycle.edi.acknowledgment.read_999 import (
    ImplementationFile,
    read_acknowledgment_file,
    read_acknowledgments,
)
from revcycle.edi.acknowledgment.write_999 import VERSION, write_acknowledgment

__all__ = [
    "VERSION",
    "ImplementationFile",
    "read_acknowledgment_file",
    "read_acknowledgments",
    "write_acknowledgment",
]
