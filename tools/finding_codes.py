"""Every finding code that readers, validators and balancing can give, taken from their source.

A code is a constant (``835.cut``), or is put together: ``*`` stands for what is filled in (``*.not_carried``). Where
the kind too is an argument, the calls of that function say which there are. A test holds the catalogue to this list.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PLACES = (
    "revcycle/edi/**/*.py",
    "revcycle/rules/remittances/balancing.py",
    "revcycle/cli/x12/pyx12_judge.py",
)
_CODE = re.compile(r"(?:x12|map|codes|answer|balancing|deposits|\*|[0-9]{3}[a-z]*)\.[a-z0-9_*]+")
_KIND = re.compile(r"[a-z][a-z_0-9]+")
_OPEN = "*.*"


def finding_codes(root: Path = ROOT) -> tuple[str, ...]:
    """Return the codes, sorted."""
    files = sorted(file for pattern in _PLACES for file in root.glob(pattern))
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    takers = {name: place for tree in trees for name, place in _takers(tree)}
    found = {code for tree in trees for code in _codes(tree, takers)}
    return tuple(sorted(found - {_OPEN}))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values)
    return ""


def _takers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Functions that put a code together from two parts, and which argument the second one is."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = [argument.arg for argument in function.args.args if argument.arg != "self"]
        for node in ast.walk(function):
            if isinstance(node, ast.JoinedStr) and _text(node) == _OPEN:
                last = node.values[-1]
                value = last.value if isinstance(last, ast.FormattedValue) else None
                if isinstance(value, ast.Name) and value.id in names:
                    yield function.name, names.index(value.id)


def _codes(tree: ast.AST, takers: dict[str, int]) -> Iterator[str]:
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        text = _text(node)
        if text and id(node) not in inside and _CODE.fullmatch(text):
            yield text
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = takers.get(name, len(node.args))
            kind = _text(node.args[place]) if place < len(node.args) else ""
            if _KIND.fullmatch(kind):
                yield f"*.{kind}"


if __name__ == "__main__":
    print("\n".join(finding_codes()))
