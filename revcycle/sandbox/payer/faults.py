"""The script's faults, counted in the book so that a restart does not repeat one."""

from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.script import Fault, PayerScript


class Faults:
    """Decides for each call or item whether the script spoils it."""

    def __init__(self, book: Book, script: PayerScript) -> None:
        """Number the script's faults; each has a counter of its own in the book."""
        self._book = book
        self._faults = tuple(enumerate(script.faults))

    def strikes(self, kind: str, target: str) -> Fault | None:
        """Return the fault for this call or item, None when there is none; every fault on the target counts it."""
        struck = None
        for number, fault in self._faults:
            if fault.kind != kind or fault.target != target:
                continue
            seen = self._book.count(f"fault {number}")
            if fault.skip < seen <= fault.skip + fault.count:
                struck = struck or fault
        return struck
