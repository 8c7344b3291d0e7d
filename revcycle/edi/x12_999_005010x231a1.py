"""Implementation acknowledgment, 999 (005010X231A1): how the syntax of a group was judged."""

from revcycle.edi._999_read import ImplementationFile, read_acknowledgment_file, read_acknowledgments
from revcycle.edi._999_write import VERSION, write_acknowledgment

__all__ = [
    "VERSION",
    "ImplementationFile",
    "read_acknowledgment_file",
    "read_acknowledgments",
    "write_acknowledgment",
]
