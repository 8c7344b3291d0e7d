"""Facts as JSON: many threads of a fresh process may read the same kind of fact first, at the same moment."""

import subprocess
import sys

SCRIPT = """
import sys, threading
from datetime import date
from revcycle.db.facts import from_json, to_json
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup, ClaimPayment, ServicePayment

sys.setswitchinterval(1e-6)
cut = Adjustment(AdjustmentGroup.OTHER, "45", 1)
service = ServicePayment("99213", (), 1, 1, (cut,), date(2026, 1, 1))
fact = ClaimPayment("P1", "1", 1, 1, 1, "I1", adjustments=(cut,), services=(service,))
text, wrong, start = to_json(fact), [], threading.Barrier(8)

def read():
    start.wait()
    if from_json(text, ClaimPayment) != fact:
        wrong.append(1)

threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit(len(wrong))
"""


def test_eight_threads_of_a_fresh_process_read_the_same_kind_at_once() -> None:
    """A type learnt by two threads at a time killed workers with a segmentation fault, in one start of seven."""
    ended = [subprocess.run([sys.executable, "-c", SCRIPT], check=False).returncode for _ in range(8)]
    assert ended == [0] * 8
