"""The SFTP drop: the contract of all connections, then what only a drop has to get right."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.gateway import PayerRefused, PayerUnavailable
from revcycle.payers.mail_kind import kind_of
from revcycle.payers.sftp import SftpDrop, SftpPatience, SftpPlaces, file_name, file_stem
from revcycle.payers.ssh import HostKeyRefused, LoginRefused, SshAccess
from revcycle.sandbox.payer.script import Fault
from tests.adapters.exchange.payer_contract import ACKNOWLEDGMENT, KEY, DropContract
from tests.support.exchange.other_side import AT, IDENTITY, a_batch
from tests.support.exchange.sftp_side import PLACES, SftpSide, sftp_side

SENT, NOT_SENT, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.NOT_SENT, DeliveryOutcome.UNKNOWN
QUICK = SftpPatience(5, 5, 0.05)


class TestSftpDrop(DropContract):
    """The contract, over real SSH."""

    @pytest.fixture
    async def side(self, tmp_path: Path) -> AsyncIterator[SftpSide]:
        """The sandbox payer's SFTP drop."""
        async with sftp_side(tmp_path) as opened:
            yield opened


@pytest.fixture
async def drop(tmp_path: Path) -> AsyncIterator[SftpSide]:
    """The same for the tests below, with more patience: none of them waits."""
    async with sftp_side(tmp_path, patience=5) as opened:
        yield opened


def another(side: SftpSide, access: SshAccess, places: SftpPlaces = PLACES) -> SftpDrop:
    """A second connection to the same server."""
    return SftpDrop(replace(access, port=side.line.port), places, QUICK)


async def _refused(gateway: SftpDrop, error: type[Exception], words: str) -> None:
    """Everything is refused with words, and nothing is sent."""
    with pytest.raises(error, match=words):
        await gateway.list_mailbox(AT)
    delivery = await gateway.submit(a_batch(), KEY, AT)
    assert (delivery.outcome, delivery.receipt) == (NOT_SENT, "")
    assert (await gateway.prove(KEY, AT)).outcome is UNKNOWN
    await gateway.close()


async def test_a_changed_host_key_stops_everything(tmp_path: Path) -> None:
    async with sftp_side(tmp_path, faults=(Fault("changed_host_key", "sftp"),)) as side:
        await _refused(another(side, side.access), HostKeyRefused, "unknown or has changed.*SHA256:")
        assert side.filings() == 0


async def test_an_unknown_host_key_stops_everything(drop: SftpSide, tmp_path: Path) -> None:
    nobody = tmp_path / "knows_nobody"
    nobody.write_text("")
    await _refused(another(drop, replace(drop.access, known_hosts=nobody)), HostKeyRefused, "unknown")
    await _refused(another(drop, replace(drop.access, known_hosts=None)), HostKeyRefused, "neither")
    wrong = replace(drop.access, known_hosts=None, fingerprint="SHA256:AAAA")
    await _refused(another(drop, wrong), HostKeyRefused, "unknown or has changed")
    assert drop.filings() == 0


async def test_a_pinned_fingerprint_is_as_good_as_a_file(drop: SftpSide, tmp_path: Path) -> None:
    shown = asyncssh.read_public_key(_public(tmp_path, drop)).get_fingerprint()
    gateway = another(drop, replace(drop.access, known_hosts=None, fingerprint=shown))
    assert (await gateway.submit(a_batch(), KEY, AT)).outcome is SENT
    await gateway.close()


def _public(folder: Path, side: SftpSide) -> Path:
    assert side.access.known_hosts is not None
    public = folder / "host.pub"
    public.write_text(side.access.known_hosts.read_text().partition(" ")[2])
    return public


async def test_a_wrong_password_or_none_is_refused_without_showing_it(drop: SftpSide, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong-secret")
    with pytest.raises(LoginRefused) as caught:
        await another(drop, replace(drop.access, password_file=wrong)).list_mailbox(AT)
    assert "wrong-secret" not in str(caught.value)
    missing = replace(drop.access, password_file=tmp_path / "missing")
    await _refused(another(drop, missing), LoginRefused, "cannot be used")


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_a_name_holds_no_more_than_the_key_and_tells_keys_apart(one: str, other: str) -> None:
    name = file_name(one, IDENTITY.encode())
    assert name.startswith(file_stem(one))
    assert (file_stem(one) == file_stem(other)) == (one == other)
    assert not file_name(one, b"").startswith(file_stem(other)) or one == other
    assert name.isascii()
    assert "/" not in name
    assert IDENTITY not in name


async def test_a_key_is_never_used_for_another_file(drop: SftpSide) -> None:
    first = await drop.gateway.submit(a_batch(), KEY, AT)
    other = await drop.gateway.submit(a_batch().replace(b"*1*", b"*2*"), KEY, AT)
    assert (first.outcome, other.outcome, drop.filings()) == (SENT, NOT_SENT, 1)
    assert "another file" in other.reason
    assert (await drop.gateway.prove(KEY, AT)).receipt == first.receipt


async def test_senders_of_one_delivery_at_once_file_it_once(drop: SftpSide) -> None:
    gateways = [drop.gateway, *(another(drop, drop.access) for _ in range(3))]
    deliveries = await asyncio.gather(*(gateway.submit(a_batch(), KEY, AT) for gateway in gateways))
    assert drop.filings() == 1
    assert {delivery.outcome for delivery in deliveries} == {SENT}
    assert len(list((drop.root / "processed").iterdir())) == 1
    for gateway in gateways[1:]:
        await gateway.close()


async def test_half_an_upload_is_never_seen_and_the_next_one_finishes_it(drop: SftpSide) -> None:
    drop.misbehave("drop_before_rename")
    assert (await drop.gateway.submit(a_batch(), KEY, AT)).outcome is UNKNOWN
    (left,) = (drop.root / "inbound").iterdir()
    assert left.name.startswith(".")
    left.write_bytes(left.read_bytes()[:100])
    assert (await drop.gateway.submit(a_batch(), KEY, AT)).outcome is SENT
    assert list((drop.root / "inbound").iterdir()) == []
    (taken,) = (drop.root / "processed").iterdir()
    assert taken.read_bytes() == a_batch()


async def test_what_the_payer_files_elsewhere_is_proved_only_where_it_keeps_it(drop: SftpSide) -> None:
    forgetful = another(drop, drop.access, SftpPlaces())
    assert (await forgetful.submit(a_batch(), KEY, AT)).outcome is SENT
    proof = await forgetful.prove(KEY, AT)
    assert (proof.outcome, "999" in proof.reason) == (UNKNOWN, True)
    assert (await drop.gateway.prove(KEY, AT)).outcome is SENT
    await forgetful.close()


async def test_what_is_still_in_the_inbound_directory_is_sent(drop: SftpSide) -> None:
    name = file_name(KEY, a_batch())
    (drop.root / "inbound" / name).write_bytes(a_batch())
    assert (await drop.gateway.prove(KEY, AT)).outcome is SENT
    assert (await drop.gateway.submit(a_batch(), KEY, AT)).receipt == name


async def test_a_missing_directory_is_a_refusal_not_an_empty_one(drop: SftpSide) -> None:
    lost = another(drop, drop.access, SftpPlaces("nowhere", ("processed",), "nowhere"))
    await _refused(lost, PayerRefused, "NoSuchFile")


async def test_a_broken_download_is_tried_again(drop: SftpSide) -> None:
    drop.put("TA1", ACKNOWLEDGMENT)
    (item,) = await drop.gateway.list_mailbox(AT)
    drop.misbehave("truncated_download")
    with pytest.raises(PayerUnavailable, match="ended after"):
        await drop.gateway.fetch(item.item_id, AT)
    assert await drop.gateway.fetch(item.item_id, AT) == ACKNOWLEDGMENT


async def test_a_file_whose_head_cannot_be_read_waits_for_the_next_look(drop: SftpSide) -> None:
    drop.put("TA1", ACKNOWLEDGMENT)
    drop.misbehave("truncated_download")
    assert await drop.gateway.list_mailbox(AT) == ()
    assert [item.kind for item in await drop.gateway.list_mailbox(AT)] == ["TA1"]


async def test_a_slow_listing_is_unavailable_and_the_next_one_is_not(tmp_path: Path) -> None:
    async with sftp_side(tmp_path, patience=1) as side:
        side.misbehave("slow_answer", 3)
        with pytest.raises(PayerUnavailable):
            await side.gateway.list_mailbox(AT)
        assert await side.gateway.list_mailbox(AT) == ()


@pytest.fixture
async def plain(tmp_path: Path) -> AsyncIterator[tuple[SftpDrop, Path]]:
    """An ordinary SFTP server, that neither takes files in nor knows about mail, and login by key."""
    root = tmp_path / "root"
    for name in ("inbound", "outbound", "archive"):
        (root / name).mkdir(parents=True)
    host, ours = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    ours.write_private_key(tmp_path / "key")
    ours.write_public_key(tmp_path / "authorized_keys")
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host],
        authorized_client_keys=str(tmp_path / "authorized_keys"),
        sftp_factory=lambda chan: asyncssh.SFTPServer(chan, chroot=bytes(root)),
    )
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.get_port()} {host.export_public_key().decode()}")
    access = SshAccess("127.0.0.1", "us", server.get_port(), known_hosts=known, key_file=tmp_path / "key")
    gateway = SftpDrop(access, SftpPlaces(archive="archive"), QUICK)
    yield gateway, root
    await gateway.close()
    server.close()


async def test_a_key_logs_in_and_the_upload_bears_the_business_time(plain: tuple[SftpDrop, Path]) -> None:
    gateway, root = plain
    delivery = await gateway.submit(a_batch(), KEY, AT)
    (file,) = (root / "inbound").iterdir()
    assert (delivery.outcome, delivery.receipt) == (SENT, file.name)
    assert file.read_bytes() == a_batch()
    assert datetime.fromtimestamp(file.stat().st_mtime, UTC) == AT


async def test_partial_and_hidden_files_are_not_mail(plain: tuple[SftpDrop, Path]) -> None:
    gateway, root = plain
    for name in ("a.tmp", "b.FILEPART", ".c.x12", "~d.x12", "e.part"):
        (root / "outbound" / name).write_bytes(ACKNOWLEDGMENT)
    (root / "outbound" / "folder").mkdir()
    assert await gateway.list_mailbox(AT) == ()
    (root / "outbound" / "f").write_bytes(ACKNOWLEDGMENT)
    assert [item.kind for item in await gateway.list_mailbox(AT)] == ["TA1"]


async def test_a_growing_file_is_listed_when_it_has_stopped(plain: tuple[SftpDrop, Path]) -> None:
    gateway, root = plain
    file = root / "outbound" / "r.835"
    file.write_bytes(ACKNOWLEDGMENT[:50])

    stopped = asyncio.Event()

    async def grow() -> None:
        while not stopped.is_set():
            with file.open("ab") as end:
                end.write(b" ")
            await asyncio.sleep(0.01)

    growing = asyncio.create_task(grow())
    assert await gateway.list_mailbox(AT) == ()
    stopped.set()
    await growing
    file.write_bytes(ACKNOWLEDGMENT)
    (item,) = await gateway.list_mailbox(AT)
    assert await gateway.fetch(item.item_id, AT) == ACKNOWLEDGMENT


async def test_a_name_nobody_can_read_and_a_file_nobody_may_read_stop_no_other(
    plain: tuple[SftpDrop, Path],
) -> None:
    gateway, root = plain
    for name in (b"caf\xe9.835", b"sealed.835", b"ours.835"):
        (root / "outbound" / os.fsdecode(name)).write_bytes(ACKNOWLEDGMENT)
    (root / "outbound" / "sealed.835").chmod(0)
    items = await gateway.list_mailbox(AT)
    assert len(items) == 3
    readable = [item for item in items if item.kind == "TA1"]
    assert [await gateway.fetch(item.item_id, AT) for item in readable] == [ACKNOWLEDGMENT] * len(readable)
    for item in items:
        await gateway.remove(item.item_id, AT)
    assert await gateway.list_mailbox(AT) == ()


async def test_a_name_used_again_is_another_item(plain: tuple[SftpDrop, Path]) -> None:
    gateway, root = plain
    daily = root / "outbound" / "daily.x12"
    daily.write_bytes(ACKNOWLEDGMENT)
    (monday,) = await gateway.list_mailbox(AT)
    daily.write_bytes(ACKNOWLEDGMENT + b"\n")
    with pytest.raises(PayerRefused):
        await gateway.fetch(monday.item_id, AT)
    await gateway.remove(monday.item_id, AT)
    (tuesday,) = await gateway.list_mailbox(AT)
    assert tuesday.item_id != monday.item_id
    assert await gateway.fetch(tuesday.item_id, AT) == ACKNOWLEDGMENT + b"\n"


async def test_what_is_safely_here_is_moved_to_the_archive(plain: tuple[SftpDrop, Path]) -> None:
    gateway, root = plain
    for content in (ACKNOWLEDGMENT, ACKNOWLEDGMENT + b"\n"):
        (root / "outbound" / "daily.x12").write_bytes(content)
        (item,) = await gateway.list_mailbox(AT)
        await gateway.remove(item.item_id, AT)
    assert list((root / "outbound").iterdir()) == []
    assert {file.read_bytes() for file in (root / "archive").iterdir()} == {
        ACKNOWLEDGMENT,
        ACKNOWLEDGMENT + b"\n",
    }


async def test_the_content_says_what_a_file_is(plain: tuple[SftpDrop, Path]) -> None:
    gateway, root = plain
    contents = {
        "TA1": ACKNOWLEDGMENT,
        "837P": a_batch(),
        "deposits": b"deposit_date,amount,eft_trace_number,payer_id\n2026-01-12,1.00,T1,P1\n",
        "appeal_decision": b'{"appeal_key": "A1", "decision": "upheld"}',
        "unknown": b"%PDF-1.7",
    }
    for number, content in enumerate(contents.values()):
        (root / "outbound" / f"{number}.835").write_bytes(content)
    found = {item.kind: await gateway.fetch(item.item_id, AT) for item in await gateway.list_mailbox(AT)}
    assert found == contents


@settings(max_examples=200)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_of_some_kind(noise: bytes, after_header: bool) -> None:
    head = ACKNOWLEDGMENT[:130] + noise if after_header else noise
    assert kind_of(head)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"a\rb,c", "unknown"),
        (b"", "unknown"),
        (b'\xef\xbb\xbf"deposit_date","amount","eft_trace_number","payer_id"\r\n', "deposits"),
        (b"isa*00*          *00*          *zz*a              *zz*b              *260112*1509*^*00501*1*0*t*:~"
         b"gs*hp*a*b*20260112*1509*1*x*005010x221a1~st*835*0001~", "835"),
    ],
)  # fmt: skip
def test_a_kind_is_judged_by_the_first_bytes(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


async def test_a_server_that_keeps_only_half_gets_nothing_in_place(
    plain: tuple[SftpDrop, Path], monkeypatch
) -> None:
    gateway, root = plain
    monkeypatch.setattr(
        asyncssh.SFTPServer, "write", lambda _self, file, _offset, data: file.write(data[:10]) * 0
    )
    delivery = await gateway.submit(a_batch(), KEY, AT)
    assert (delivery.outcome, "bytes" in delivery.reason) == (NOT_SENT, True)
    assert all(file.name.startswith(".") for file in (root / "inbound").iterdir())
