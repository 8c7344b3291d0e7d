"""The collector of cycles rests while files are read, and goes on when the last is."""

import gc

import pytest

from revcycle.edi.claim_837.x12_837 import read_claims
from revcycle.edi.wire.collector import collector_at_rest
from revcycle.edi.wire.errors import NotX12


def test_it_rests_until_the_last_reader_is_done() -> None:
    assert gc.isenabled()
    with collector_at_rest():
        with collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_goes_on_when_a_file_is_refused() -> None:
    with pytest.raises(NotX12):
        read_claims(b"hello")
    assert gc.isenabled()
