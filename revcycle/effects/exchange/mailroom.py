"""The mailroom: printed letters in the directory the mail house empties."""

import os
import re
from datetime import datetime
from pathlib import Path

from revcycle.db.engine import Database, Tx
from revcycle.db.mail import documents

_SAFE = re.compile(r"[^A-Za-z0-9-]+")


class Mailroom:
    """Puts letters out: files named for kind and reference, never for a person, and readable by us only."""

    def __init__(self, db: Database, drop: Path) -> None:
        self._db = db
        self._drop = drop

    def post(self, tx: Tx, document_id: str, name: str, at: datetime) -> Path:
        """Write a stored letter to the drop; return its path. Again with the same name, it is the same file.

        ``name`` is made of ids of ours (``appeal-C000001-1-2``); ``at`` dates the file. Raises NoSuchDocument.
        """
        content = documents.content(tx, document_id)
        self._drop.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._drop / f"{_SAFE.sub('_', name)}.pdf"
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with open(partial, "xb", opener=_private) as file:
            file.write(content)
        os.utime(partial, (at.timestamp(), at.timestamp()))
        partial.replace(path)
        return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
