"""Damaged files of every guide, numbered: `./run fuzz` feeds as many more as it is told."""

import pytest

from tools.fuzz import numbered_input, run
from tools.fuzz_inputs import samples
from tools.fuzz_readers import READERS

pytestmark = pytest.mark.fuzz


def test_no_reader_falls_over_damaged_files() -> None:
    tally = run(seed=20260105, start=0, inputs=1_500, seconds=60)
    assert tally.failures == {}
    assert set(tally.fed) == {reader.name for reader in READERS}


def test_an_input_can_be_seen_again_by_its_number() -> None:
    wholes = samples()
    assert numbered_input(1, 17, wholes) == numbered_input(1, 17, wholes)
    assert len({numbered_input(1, number, wholes)[1] for number in range(200)}) > 190


def test_every_reader_has_whole_files_to_damage() -> None:
    wholes = samples()
    for reader in READERS:
        for name in reader.samples:
            assert wholes.get(name), f"{reader.name}: tests/samples/edi/whole/{name}-1.x12"
            for data in wholes[name]:
                reader.read(data)
