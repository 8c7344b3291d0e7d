"""Encryption of every payload, and of failure messages and headers, before it leaves the process."""

from collections.abc import Sequence
from dataclasses import replace

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from revcycle.access.ciphers import Cipher
from revcycle.access.keyring import KeyRing

_ENCODING = b"binary/encrypted"


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM over the whole payload; the key id travels in the sealed bytes, so old keys still open."""

    def __init__(self, ring: KeyRing) -> None:
        self._cipher = Cipher(ring, "payload")

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal payloads."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open payloads; what is not sealed passes."""
        return [self._open(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        return Payload(metadata={"encoding": _ENCODING}, data=self._cipher.seal(payload.SerializeToString()))

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCODING:
            return payload
        return Payload.FromString(self._cipher.open(payload.data))


def data_converter(ring: KeyRing) -> DataConverter:
    """Return the converter that all clients and workers use."""
    return replace(
        DataConverter.default,
        payload_codec=EncryptionCodec(ring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
