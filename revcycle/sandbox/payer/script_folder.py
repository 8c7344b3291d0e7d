"""Scripts in a folder, read when they change, so that a running payer knows a practice written after its start."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from pathlib import Path

from revcycle.sandbox.payer.script import Behaviour, PayerScript


def following(base: PayerScript, folder: Path) -> PayerScript:
    """Return the script with the claims and policies of every script in the folder, also of those added later.

    Delays, faults and silences are those of ``base``.
    """
    told = _Folder(base, folder)
    return replace(
        base,
        claims=_Claims(told),
        inactive=_Policies(lambda: told.now().inactive),
        unknown=_Policies(lambda: told.now().unknown),
    )


class _Folder:
    """The scripts of the folder joined; read again when a file is added, removed or changed."""

    def __init__(self, base: PayerScript, folder: Path) -> None:
        self._base, self._folder = base, folder
        self._seen: tuple[tuple[str, int], ...] = ()
        self._known = base

    def now(self) -> PayerScript:
        """Return the joined script as of now."""
        files = sorted(self._folder.glob("*.json"))
        seen = tuple((file.name, file.stat().st_mtime_ns) for file in files)
        if seen != self._seen:
            scripts = (PayerScript.from_json(file.read_text()) for file in files)
            self._known, self._seen = self._base.beside(*scripts), seen
        return self._known


class _Claims(Mapping[str, Behaviour]):
    def __init__(self, told: _Folder) -> None:
        self._told = told

    def __getitem__(self, key: str) -> Behaviour:
        return self._told.now().claims[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._told.now().claims)

    def __len__(self) -> int:
        return len(self._told.now().claims)


class _Policies(Set[str]):
    def __init__(self, look: Callable[[], Set[str]]) -> None:
        self._look = look

    def __contains__(self, key: object) -> bool:
        return key in self._look()

    def __iter__(self) -> Iterator[str]:
        return iter(self._look())

    def __len__(self) -> int:
        return len(self._look())
