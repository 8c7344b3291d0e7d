"""The key ring: named 256-bit keys, one of them current, kept in a file only its owner may read."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


class BrokenKeyRing(Exception):
    """The key ring file is missing, unreadable or not what this program writes."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by their four-character id. New data is sealed with the current key; any key in the ring opens old data."""

    current_id: str
    keys: dict[str, bytes]
    index_key: bytes
    token_key: bytes

    @property
    def current(self) -> bytes:
        """The key new data is sealed with."""
        return self.keys[self.current_id]

    @classmethod
    def generate(cls) -> "KeyRing":
        """Make a ring with one new key."""
        return cls(
            "k001", {"k001": secrets.token_bytes(32)}, secrets.token_bytes(32), secrets.token_bytes(32)
        )

    def rotated(self) -> "KeyRing":
        """Return a ring with a new current key; old keys stay, so old data still opens."""
        new_id = f"k{len(self.keys) + 1:03d}"
        return KeyRing(new_id, {**self.keys, new_id: secrets.token_bytes(32)}, self.index_key, self.token_key)

    def save(self, path: Path) -> None:
        """Write the ring to a file of mode 600."""
        document = {
            "current": self.current_id,
            "keys": {name: base64.b64encode(key).decode() for name, key in self.keys.items()},
            "index": base64.b64encode(self.index_key).decode(),
            "token": base64.b64encode(self.token_key).decode(),
        }
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(document, file)
        fresh.replace(path)

    @classmethod
    def load(cls, path: Path) -> "KeyRing":
        """Read the ring. Raises BrokenKeyRing, whose message says what to do."""
        try:
            document = json.loads(path.read_text())
            keys = {name: base64.b64decode(key) for name, key in document["keys"].items()}
            ring = cls(
                document["current"],
                keys,
                base64.b64decode(document["index"]),
                base64.b64decode(document["token"]),
            )
        except (OSError, ValueError, KeyError) as error:
            raise BrokenKeyRing(f"cannot read the key ring {path.name}: restore it from backup") from error
        if any(len(key) != 32 for key in keys.values()) or ring.current_id not in keys:
            raise BrokenKeyRing(f"the key ring {path.name} is damaged: restore it from backup")
        return ring
