"""Encryption of payloads, failure messages and headers before they leave the process."""

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
    """AES-256-GCM over the whole payload.

    The sealed bytes carry the key id, so data sealed with older keys still opens.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._cipher = Cipher(ring, "payload")

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal payloads."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open payloads; one that is not sealed passes unchanged."""
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
