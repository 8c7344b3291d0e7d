"""A CORE partner over TLS: who the payer is, is verified; who we are can be a client certificate."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.connections import BadConnection, load_connections, open_connection
from revcycle.payers.gateway import PayerGateway
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.desks.core import USER_NAME
from revcycle.sandbox.payer.office import Office
from tests.support.exchange.other_side import AT, PRACTICE, a_batch

PASSWORD = "a-password-nobody-may-see"
TODAY = datetime.now(UTC)  # certificates are judged by the real clock


def certify(folder: Path, name: str, *, ca: str = "") -> None:
    """Write name.pem and name.key: an authority, or signed by one."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuer_key = subject, key
    if ca:
        issuer = x509.load_pem_x509_certificate((folder / f"{ca}.pem").read_bytes()).subject
        loaded = serialization.load_pem_private_key((folder / f"{ca}.key").read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        issuer_key = loaded
    made = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(TODAY - timedelta(days=1))
        .not_valid_after(TODAY + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=not ca, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    encoded = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / f"{name}.key").write_bytes(encoded)


@dataclass
class Tls:
    """A payer over TLS that wants a client certificate of its authority."""

    folder: Path
    port: int

    def open(self, kind: str, core: str) -> PayerGateway:
        """Open the connection as an installation would."""
        text = f"""
[[connection]]
id = "payer"
kind = "core_{kind}"
url = "https://127.0.0.1:{self.port}/core/{kind}"
user = "{USER_NAME}"
secret_file = "password"
key_file = "us.key"
sender_id = "OURPRACTICE"
receiver_id = "SANDBOX"
timeout_seconds = 5
[connection.core]
{core}
"""
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "connections.toml").write_text(text)
        (settings,) = load_connections(self.folder / "connections.toml")
        return open_connection(settings)


@pytest.fixture
async def tls(tmp_path: Path) -> AsyncIterator[Tls]:
    """Serve the sandbox payer's CORE pages over TLS."""
    for name, authority in (("authority", ""), ("payer", "authority"), ("us", "authority"), ("stranger", "")):
        certify(tmp_path, name, ca=authority)
    office = Office(tmp_path / "book", PRACTICE.script)
    config = uvicorn.Config(
        make_app(office, PASSWORD),
        port=0,
        log_level="critical",
        date_header=False,
        lifespan="off",
        ssl_certfile=str(tmp_path / "payer.pem"),
        ssl_keyfile=str(tmp_path / "payer.key"),
        ssl_ca_certs=str(tmp_path / "authority.pem"),
        ssl_cert_reqs=ssl.CERT_REQUIRED,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield Tls(tmp_path, server.servers[0].sockets[0].getsockname()[1])
    await server.shutdown()
    office.close()


@pytest.mark.parametrize("kind", ["soap", "mime"])
async def test_a_payer_that_proves_who_it_is_is_sent_to(tls: Tls, kind: str) -> None:
    gateway = tls.open(kind, 'certificate_file = "us.pem"\ntrusted_file = "authority.pem"')
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is DeliveryOutcome.SENT
    await gateway.close()


@pytest.mark.parametrize(
    "core",
    [
        'certificate_file = "us.pem"',  # nobody vouches for the payer
        'certificate_file = "us.pem"\ntrusted_file = "stranger.pem"',
    ],
)
async def test_a_payer_nobody_vouches_for_is_not_sent_to(tls: Tls, core: str) -> None:
    gateway = tls.open("soap", core)
    delivery = await gateway.submit(a_batch(), "B000001", AT)
    assert (delivery.outcome, delivery.reached) == (DeliveryOutcome.NOT_SENT, False)
    await gateway.close()


async def test_without_our_certificate_nothing_is_taken(tls: Tls) -> None:
    gateway = tls.open("soap", 'trusted_file = "authority.pem"')
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is not DeliveryOutcome.SENT
    await gateway.close()


@pytest.mark.parametrize(
    ("core", "wrong"),
    [
        ('certificate_file = "nowhere.pem"', "certificates cannot be used"),
        ('certificate_file = "stranger.pem"', "certificates cannot be used"),  # the key is another's
        ("pickups = []", "pickups"),
        ('colour = "blue"', "unknown keys: colour"),
        ('[[connection.core.pickups]]\noperation = "Guess"\npayload_type = "X"', "operation"),
    ],
)
async def test_what_cannot_be_opened_says_why(tls: Tls, core: str, wrong: str) -> None:
    with pytest.raises(BadConnection, match=wrong) as caught:
        tls.open("soap", core)
    assert PASSWORD not in str(caught.value)


async def test_a_companion_guide_fits_into_the_settings(tls: Tls) -> None:
    gateway = tls.open(
        "soap",
        """
certificate_file = "us.pem"
sender_id = "TPN4711"
rule_version = "4.0.0"
namespace = "http://www.caqh.org/SOAP/WSDL/CORERule4.0.0.xsd"
answers_echo_payload_id = false
answers_have_check_sum = false
real_time = ["270"]
batch = []
request_types = { 270 = "X12_270_Request_005010X279A1_X" }
pickups = [{ operation = "BatchResultsRetrievalTransaction", payload_type = "X12_835_Request_005010X221A1" }]
""",
    )
    assert (gateway.capabilities.real_time, gateway.capabilities.batch) == (frozenset({"270"}), frozenset())
    await gateway.close()
