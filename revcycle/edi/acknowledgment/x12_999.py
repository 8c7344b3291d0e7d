"""Implementation acknowledgment, 999 (005010X231A1): whether a group's syntax was accepted."""

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
