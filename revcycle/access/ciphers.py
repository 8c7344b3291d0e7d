"""Encryption of what identifies a person: AES-256-GCM with a key id, and a keyed blind index for exact search."""

import hashlib
import hmac
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from revcycle.access.keyring import KeyRing

_ID, _NONCE = 4, 12


class CannotOpen(Exception):
    """The sealed value was changed, or its key is not in the ring."""


class Cipher:
    """Seals and opens bytes. ``purpose`` is authenticated with them, so a column's value cannot pass for a payload."""

    def __init__(self, ring: KeyRing, purpose: str) -> None:
        self._ring = ring
        self._purpose = purpose.encode()
        self._boxes = {name: AESGCM(key) for name, key in ring.keys.items()}

    def seal(self, plain: bytes) -> bytes:
        """Return key id, nonce and ciphertext in one piece."""
        nonce = os.urandom(_NONCE)
        sealed = self._boxes[self._ring.current_id].encrypt(nonce, plain, self._purpose)
        return self._ring.current_id.encode() + nonce + sealed

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises CannotOpen."""
        box = self._boxes.get(sealed[:_ID].decode("latin-1"))
        if box is None:
            raise CannotOpen("sealed with a key that is not in the key ring")
        try:
            return box.decrypt(sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :], self._purpose)
        except (InvalidTag, ValueError):  # ValueError: the bytes are too short to hold a nonce
            raise CannotOpen("the sealed value was changed") from None

    def blind(self, kind: str, text: str) -> str:
        """Return a keyed index of the text: equal texts of one kind give equal indexes.

        Without the key nobody can compute or guess it. Case, accents and spacing do not count.
        """
        folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
        message = f"{kind}\0{''.join(folded.split())}".encode()
        return hmac.new(self._ring.index_key, message, hashlib.sha256).hexdigest()[:32]
