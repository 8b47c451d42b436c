"""Log lines on stderr: text for people, or JSON, one object a line, for collectors; each says whose work it is about.

Cloud Logging reads ``severity`` and ``message`` of the JSON form (https://cloud.google.com/logging/docs/structured-logging).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson

from sheaf.settings import Settings

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - a Mapping, never written to

#: Libraries that tell at WARNING what only their own authors need.
_TALKATIVE = {"waitress.queue": logging.ERROR, "pypdfium2": logging.ERROR, "httpx": logging.WARNING}


@contextmanager
def about(**values: str) -> Iterator[None]:
    """Add tenant, run, task … to every line logged in the block."""
    token = _about.set({**_about.get(), **values})
    try:
        yield
    finally:
        _about.reset(token)


def configure(settings: Settings) -> None:
    """Send the log of this process to stderr, in the form and from the level that the settings name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if settings.log_format == "json" else _Text())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for name, level in _TALKATIVE.items():
        logging.getLogger(name).setLevel(level)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One line, and the trace below it where there is one."""
        context = "".join(f" {key}={value}" for key, value in _about.get().items())
        trace = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return f"{_moment(record):%H:%M:%S} {record.levelname.lower():7} {record.getMessage()}{context}{trace}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One JSON object, whatever the message holds."""
        line = {
            "at": _moment(record).isoformat(),
            "level": record.levelname.lower(),
            "severity": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **_about.get(),
        }
        if metrics := getattr(record, "metrics", None):
            line["metrics"] = metrics
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
