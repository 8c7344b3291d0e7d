"""The process that runs pyx12: file and megabytes in, its report as JSON out. ``python -m`` with both."""

import io
import logging
import sys


def main(file: str, megabytes: int) -> int:
    """Judge the file and print the report. Returns the exit code."""
    if sys.platform != "win32":
        import resource

        limit = megabytes << 20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    from pyx12.params import params
    from pyx12.x12n_document import x12n_document

    logging.disable(logging.CRITICAL)
    report = io.StringIO()
    x12n_document(params(), file, None, None, None, report)
    sys.stdout.write(report.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
