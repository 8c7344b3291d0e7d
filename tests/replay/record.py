"""Record the golden histories anew: ``python -m tests.replay.record``.

Do so only when a change was meant to break replay: no process that runs may be left with the old history.
"""

import asyncio
import tempfile
from pathlib import Path

from revcycle.db.claims import claims
from revcycle.db.denials import appeals, denials
from revcycle.db.remittances import remittances
from revcycle.db.work import tasks
from revcycle.domain.work import subjects
from revcycle.sandbox.practice.life import PATIENT_LIVES, Life
from revcycle.temporal.codec import EncryptionCodec
from tests.support import golden
from tests.support.temporal import start_time_skipping
from tests.support.worlds.lives import LivedHalfYear, half_year

EVENTS_MAX = 160
"""Processes that run for ever are cut: the first rounds hold every turn they take."""


UNOPENED = f"claim-{Life.PAID_CLEAN.value}"


def chosen(lived: LivedHalfYear) -> dict[str, str]:
    """Return the workflow to record for each name: one for every path."""
    with lived.db.read() as tx:
        first = {life: lived.of_life(life)[0] for life in Life}
        found = {f"claim-{life.value}": subjects.claim(claim_id) for life, claim_id in first.items()}
        for life in sorted(PATIENT_LIVES):
            found[f"account-{life.value}"] = subjects.account(claims.load(tx, first[life]).account_id)
        for life in (Life.DENIED_CO16_REPLACED, Life.DENIED_CO197_OVERTURNED, Life.DENIED_CO50_WRITTEN_OFF):
            (denial,) = denials.of_claim(tx, first[life])
            found[f"denial-{life.value}"] = subjects.denial(denial.denial_id)
            for appeal in appeals.of_claim(tx, first[life]):
                found[f"appeal-{life.value}-{appeal.level}"] = subjects.appeal(appeal.appeal_id)
        found["remittance"] = subjects.remittance(remittances.find(tx)[0].remittance_id)
        found["human_decision"] = subjects.task(tasks.find(tx, open_only=False)[0].task_id)
    return found | {
        "submission": subjects.submission("clearinghouse"),
        "mailbox": subjects.mailbox("clearinghouse"),
    }


async def record() -> None:
    """Live half a year and keep what the chosen workflows did."""
    with tempfile.TemporaryDirectory() as home:
        async with await start_time_skipping() as env, half_year(env, Path(home)) as lived:
            for file in golden.HISTORIES.glob("*"):
                file.unlink()
            for name, workflow_id in chosen(lived).items():
                codec = EncryptionCodec(lived.keyring)
                opened = await golden.with_payloads(lived.histories[workflow_id], codec.decode)
                golden.save(golden.trimmed(opened, EVENTS_MAX), name)
                if name == UNOPENED:
                    golden.save(lived.histories[workflow_id], f"sealed-{name}")


if __name__ == "__main__":
    asyncio.run(record())
