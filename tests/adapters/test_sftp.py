"""The SFTP drop: the contract of all connections, then what only a drop has to get right."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.payer_contract import PayerContract
from tests.support.sftp_side import SftpSide, sftp_side


class TestSftpDrop(PayerContract):
    """The contract, over real SSH."""

    @pytest.fixture
    async def side(self, tmp_path: Path) -> AsyncIterator[SftpSide]:
        """The sandbox payer's SFTP drop."""
        async with sftp_side(tmp_path) as opened:
            yield opened
