"""Logs: one JSON line an event, to standard error, with nothing in it that identifies a person."""

import logging
import re
import sys

import structlog

_TRACE = re.compile(r"(?s)Traceback.*")
_NOISY = ("httpx", "httpcore", "uvicorn.access")


def configure_logs(level: str) -> None:
    """Send all logs through one redacting formatter.

    Exceptions are logged by type only: their text may quote what somebody typed. Requests are not logged by
    the libraries, since their addresses would be; the audit keeps who asked for what.
    """
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _only_the_type,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _only_the_type(
    _: structlog.types.WrappedLogger, __: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Replace an exception by its type and drop stack texts."""
    raised = event.pop("exc_info", None)
    if isinstance(raised, tuple) and raised[0] is not None:
        event["exception"] = raised[0].__name__
    elif isinstance(raised, BaseException):
        event["exception"] = type(raised).__name__
    elif raised is True and (current := sys.exc_info()[0]) is not None:
        event["exception"] = current.__name__
    event["event"] = _TRACE.sub("", str(event.get("event", ""))).rstrip()
    return event
