"""Connect to Temporal with encrypted payloads, headers and failures."""

from temporalio.client import Client
from temporalio.common import HeaderCodecBehavior
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import GrpcCompression

from revcycle.access.keyring import KeyRing
from revcycle.temporal.codec import data_converter


async def connect(address: str, namespace: str, ring: KeyRing, metrics_port: int = 0) -> Client:
    """Connect, and serve Prometheus metrics of the SDK on the port unless it is 0.

    Raises RuntimeError when the server does not answer.
    """
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=data_converter(ring),
        header_codec_behavior=HeaderCodecBehavior.CODEC,
        grpc_compression=GrpcCompression.NONE,
        runtime=_runtime(metrics_port) if metrics_port else None,
    )


def _runtime(metrics_port: int) -> Runtime:
    metrics = PrometheusConfig(bind_address=f"0.0.0.0:{metrics_port}")
    return Runtime(telemetry=TelemetryConfig(metrics=metrics))
