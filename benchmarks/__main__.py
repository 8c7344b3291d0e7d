"""``./run bench NAME``: run a benchmark. Each prints a ratio to a named limit measured in the same run."""

import importlib
import pkgutil
import sys

import benchmarks

_NOT_BENCHMARKS = (
    "__main__", "bare", "bare_worker", "cpu", "x12_files", "x12_peers", "x12_reader",
)  # fmt: skip


def main() -> int:
    """Run the benchmark named, or all of them."""
    known = [m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name not in _NOT_BENCHMARKS]
    wanted = [sys.argv[1]] if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    options = [word for word in sys.argv[1:] if word not in wanted]
    return max(int(importlib.import_module(f"benchmarks.{name}").main(options)) for name in wanted)


if __name__ == "__main__":
    sys.exit(main())
