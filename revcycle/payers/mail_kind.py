"""What a file in a payer's outbound directory is, judged by its first bytes: file names promise nothing."""

from revcycle.edi.wire.envelope import NotX12, sniff

HEAD_BYTES = 4096
"""Enough to see ISA, GS and ST of any interchange, or the first line of any table."""
UNKNOWN = "unknown"
_LONGEST_KIND = 5


def kind_of(head: bytes) -> str:
    """Return TA1, 999, 277CA, 835 and so on; ``deposits`` (CSV), ``appeal_decision`` (JSON) or ``unknown``.

    An unknown file is listed all the same: whoever collects the mailbox puts it aside for a person.
    """
    try:
        kind = sniff(head)
        return kind if kind.isalnum() and len(kind) <= _LONGEST_KIND else UNKNOWN
    except NotX12:
        text = head.decode("utf-8-sig", errors="replace").lstrip()
    if text.startswith("{"):
        return "appeal_decision" if '"appeal_key"' in text else UNKNOWN
    columns = {name.strip().strip('"').lower() for name in text.partition("\n")[0].split(",")}
    return "deposits" if {"eft_trace_number", "amount"} <= columns else UNKNOWN
