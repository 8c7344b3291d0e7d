"""The one way to connect to Temporal: encrypted payloads, headers and failures."""

from temporalio.client import Client
from temporalio.common import HeaderCodecBehavior
from temporalio.service import ConnectConfig, GrpcCompression

from revcycle.access.keyring import KeyRing
from revcycle.temporal.codec import data_converter


async def connect(address: str, namespace: str, ring: KeyRing) -> Client:
    """Connect. Raises RuntimeError when the server does not answer."""
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=data_converter(ring),
        header_codec_behavior=HeaderCodecBehavior.CODEC,
        grpc_compression=GrpcCompression.NONE,
    )
