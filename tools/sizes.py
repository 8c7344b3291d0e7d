"""Keep files and functions small enough to read: at most 400 lines a file, 60 lines a function.

Run it in a process of its own. CPython before 3.11.8 and 3.12.2 counts the depth of every syntax tree under
construction in one place: a garbage collection with a Python callback (hypothesis installs one) lets another thread
in, and when that thread builds a tree too, for instance to print a traceback, both die of "AST constructor recursion
depth mismatch". Here there is one thread and no callback.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
WRITTEN_BY_ALEMBIC = "migrations/versions/"


def python_files(root: Path) -> tuple[Path, ...]:
    """Return the Python files that git tracks or would track, without generated ones."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "*.py")
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    paths = (root / line for line in listed.splitlines() if not line.startswith(WRITTEN_BY_ALEMBIC))
    return tuple(sorted(path for path in paths if path.is_file()))


def functions(tree: ast.AST) -> Iterator[tuple[str, int, int]]:
    """Yield name, first line and number of lines of each function, decorators left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def main(root: Path) -> int:
    """Print what is too long, and the median. Returns the exit code."""
    too_long, file_lengths, function_lengths = [], [], []
    for path in python_files(root):
        text = path.read_text()
        file_lengths.append(len(text.splitlines()))
        if file_lengths[-1] > FILE_LINES_MAX:
            too_long.append(f"{path.relative_to(root)}: {file_lengths[-1]} lines; split it by noun")
        for name, line, length in functions(ast.parse(text)):
            function_lengths.append(length)
            if length > FUNCTION_LINES_MAX:
                too_long.append(f"{path.relative_to(root)}:{line}: {name} has {length} lines; name its steps")
    print("\n".join(too_long))
    print(
        f"{len(file_lengths)} files: median {median(file_lengths):.0f} lines, longest {max(file_lengths)}; "
        f"{len(function_lengths)} functions: median {median(function_lengths):.0f}, "
        f"longest {max(function_lengths)}"
    )
    return 1 if too_long else 0


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else here))
