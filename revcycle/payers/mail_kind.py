"""Tell the kind of a file in a payer's outbound directory by its first bytes: file names cannot be relied on."""

from revcycle.edi.wire.envelope import NotX12, sniff

HEAD_BYTES = 4096
"""The number of bytes that surely hold ISA, GS and ST of an interchange, or the first line of a table."""
UNKNOWN = "unknown"
_LONGEST_KIND = 5


def kind_of(head: bytes) -> str:
    """Return TA1, 999, 277CA, 835 and so on; ``deposits`` (CSV), ``appeal_decision`` (JSON) or ``unknown``.

    An unknown file is listed too: it is quarantined for a person when the mailbox is collected.
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
