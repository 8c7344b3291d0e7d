"""Scripts in a folder, read when one comes: a practice written today is known to a payer that was started before."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from pathlib import Path

from revcycle.sandbox.payer.script import Behaviour, PayerScript


def following(base: PayerScript, folder: Path) -> PayerScript:
    """Return the script that also knows the claims and policies of every script in the folder, also of later ones.

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
    """What the scripts say together; read anew when a file came, went or changed."""

    def __init__(self, base: PayerScript, folder: Path) -> None:
        self._base, self._folder = base, folder
        self._seen: tuple[tuple[str, int], ...] = ()
        self._known = base

    def now(self) -> PayerScript:
        """Return everything known now."""
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
