"""The audit chain: whatever is changed, added, removed or cut off is found, and placed."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from revcycle.access.audit_chain import FIRST, AuditRecord, SealedRecord, digest, verify

AT = datetime(2026, 1, 5, 13, tzinfo=UTC)


def seal(text: str) -> str:
    return hashlib.sha256(b"key" + text.encode()).hexdigest()


def chain(count: int) -> list[SealedRecord]:
    kept: list[SealedRecord] = []
    for seq in range(1, count + 1):
        at = AT + timedelta(minutes=seq)
        record = AuditRecord(
            seq, "main", "ada", "biller", "claim.show", f"claim/C{seq:06d}", "billing", "done", True, at, at
        )
        kept.append(SealedRecord(record, seal(digest(kept[-1].seal if kept else FIRST, record))))
    return kept


def test_an_untouched_chain_is_whole() -> None:
    check = verify(chain(5), 5, seal)
    assert check.whole
    assert check.records == 5


def test_an_empty_chain_is_whole() -> None:
    assert verify([], 0, seal).whole


@given(
    st.integers(1, 6),
    st.sampled_from(["user_id", "role", "action", "subject", "why", "outcome"]),
    st.text(min_size=1, max_size=3),
)
def test_a_changed_field_is_found_at_its_record(at: int, name: str, added: str) -> None:
    kept = chain(6)
    old = kept[at - 1]
    kept[at - 1] = SealedRecord(replace(old.record, **{name: getattr(old.record, name) + added}), old.seal)

    assert verify(kept, 6, seal).broken_seq == at


@given(st.integers(1, 6))
def test_a_removed_record_is_missed(at: int) -> None:
    kept = chain(6)
    del kept[at - 1]
    assert verify(kept, 6, seal).broken_seq == at


def test_a_chain_written_anew_without_the_key_does_not_hold() -> None:
    kept = chain(3)
    forged = replace(kept[2].record, user_id="eve")
    kept[2] = SealedRecord(forged, hashlib.sha256(digest(kept[1].seal, forged).encode()).hexdigest())
    assert verify(kept, 3, seal).broken_seq == 3


def test_an_added_record_is_found() -> None:
    kept = chain(3)
    kept.append(SealedRecord(replace(kept[2].record, seq=4), "0" * 64))
    assert verify(kept, 3, seal).broken_seq == 4
