"""Reading a whole file without the garbage collector walking what has been read, again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_readers = 0
_rests = False


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Pause the collector of cycles: facts hold none, and ten thousand claims are kept a tenth faster without.

    Several threads may read at once; the last to finish sets it going again, if it was going.
    """
    global _readers, _rests
    with _lock:
        _readers += 1
        if _readers == 1:
            _rests = gc.isenabled()
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _readers -= 1
            if _readers == 0 and _rests:
                gc.enable()
