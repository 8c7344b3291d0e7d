"""Connections are read from a TOML file and opened; what cannot work is refused with words, never with a secret."""

from pathlib import Path

import pytest

from revcycle.payers.connections import (
    BadConnection,
    ConnectionKind,
    ConnectionSettings,
    load_connections,
    open_connection,
)
from revcycle.payers.guarded import Guarded
from revcycle.payers.limits import ConnectionLimits

SECRET = "a-secret-nobody-may-see"
BOTH = """
[[connection]]
id = "clearinghouse"
kind = "rest"
url = "https://clearinghouse.example/v1/"
secret_file = "token"
sender_id = "OURPRACTICE"
receiver_id = "HOUSE"
[connection.limits]
calls_per_second = 2.5
failures_to_open = 3

[[connection]]
id = "state"
kind = "sftp"
host = "sftp.state.example"
port = 2222
user = "practice"
key_file = "keys/state"
known_hosts_file = "known_hosts"
processed = ["archive", "error"]
sender_id = "OURPRACTICE"
receiver_id = "STATE"
timeout_seconds = 30
"""


def load(folder: Path, text: str) -> tuple[ConnectionSettings, ...]:
    (folder / "connections.toml").write_text(text)
    (folder / "token").write_text(f"{SECRET}\n")
    return load_connections(folder / "connections.toml")


async def test_connections_are_read_in_their_order_and_opened(tmp_path: Path) -> None:
    rest, sftp = load(tmp_path, BOTH)
    assert (rest.connection_id, rest.kind, rest.secret_file) == (
        "clearinghouse",
        ConnectionKind.REST,
        tmp_path / "token",
    )
    assert rest.limits == ConnectionLimits(calls_per_second=2.5, failures_to_open=3)
    assert (sftp.processed, sftp.timeout_seconds, sftp.key_file) == (
        ("archive", "error"),
        30.0,
        tmp_path / "keys" / "state",
    )
    first, second = open_connection(rest), open_connection(sftp)
    assert isinstance(first, Guarded)
    assert (bool(first.capabilities.real_time), bool(second.capabilities.real_time)) == (True, False)
    for gateway in (first, second):
        assert SECRET not in repr(gateway)
        await gateway.close()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "rest"', 'kind = "carrier_pigeon"', "carrier_pigeon"),
        ('kind = "rest"', 'kind = "rest"\npassword = "x"', "unknown keys: password"),
        ("calls_per_second = 2.5", "speed = 1", "unknown keys: speed"),
        ("calls_per_second = 2.5", "calls_per_second = 0", "above zero"),
        ("port = 2222", 'port = "ssh"', "port"),
        ('id = "state"', 'id = "clearinghouse"', "used twice"),
        ('sender_id = "OURPRACTICE"', 'sender_id = "X"', "2 to 15"),
        ('sender_id = "OURPRACTICE"', "", "sender_id"),
        ("[[connection]]", "[connection]", "one .*connection"),
    ],
)
def test_what_cannot_be_read_is_refused_with_words(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = BOTH if old != "[[connection]]" else BOTH.partition("[connection.limits]")[0]
    with pytest.raises(BadConnection, match=words):
        load(tmp_path, text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("https://clearinghouse", "http://clearinghouse", "no TLS"),
        ("https://clearinghouse", "https://us:pw@clearinghouse", "no web address"),
        ('secret_file = "token"', "", "secret_file is not set"),
        ('secret_file = "token"', 'secret_file = "missing"', "cannot read"),
        ('kind = "rest"', 'kind = "paper"', "folder is not set"),
        ('kind = "rest"', 'kind = "paper"\nfolder = "mail"', "nothing prints here"),
        ('user = "practice"', "", "user is not set"),
        ('known_hosts_file = "known_hosts"', "", "host key is not known"),
        ('key_file = "keys/state"', "", "no login"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_words(tmp_path: Path, old: str, new: str, words: str) -> None:
    found = load(tmp_path, BOTH.replace(old, new))
    with pytest.raises(BadConnection, match=words) as caught:
        [open_connection(settings) for settings in found]
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8090", "http://payer:8090"])
def test_without_tls_only_on_a_line_of_our_own(tmp_path: Path, url: str) -> None:
    plain = "plain_http = true\n" if "payer" in url else ""
    text = BOTH.partition("[connection.limits]")[0]
    open_connection(load(tmp_path, text.replace("https://clearinghouse.example/v1/", url) + plain)[0])
