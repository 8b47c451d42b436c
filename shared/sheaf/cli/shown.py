"""Values, places and numbers as a terminal shows them; everything works on the JSON of the API and of the exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

#: What stands where there is no value, by the cell's state.
ABSENT: Mapping[str, str] = {"blank": "(blank)", "missing": "—", "unreadable": "(unreadable)"}
_PLACES = ("cell", "path")
_KIB = 1024


def value(json: Any) -> str:
    """A typed value on one line."""
    match json:
        case bool():
            return "yes" if json else "no"
        case {"amount": amount, "currency": currency}:
            return f"{_grouped(amount)} {currency or ''}".rstrip()
        case {"start": start, "end": end}:
            return f"{start or '…'} – {end or '…'}"
        case {"name": str(name), "address": where}:
            return line(f"{name}, {where['text']}" if where else name)
        case {"text": str(text), "postcode": _}:
            return line(text)
        case [Mapping(), *_]:
            return plural(len(json), "row")
        case list():
            return ", ".join(map(value, json))
        case _:
            return "" if json is None else line(str(json))


def cell(json: Mapping[str, Any]) -> str:
    """A cell's value, or what stands for its absence; a default is shown as one, and a value that is noted against with its note."""
    notes = json.get("notes", ())
    if "default" in notes:
        return f"{value(json['value'])} (default)"
    if json["state"] == "found":
        return f"{value(json['value'])} (check digits wrong)" if "check_digits" in notes else value(json["value"])
    return ABSENT.get(json["state"], json["state"])


def place(json: Mapping[str, Any], width: int = 1_000) -> str:
    """Where a cell was found: ``p.1``, ``Sheet1!B4``, ``line 12``, ``/Invoice/ID``; long paths lose their middle to fit ``width``."""
    evidence = json.get("evidence") or {}
    for key in _PLACES:
        if evidence.get(key):
            return _shortened(line(str(evidence[key])), width)
    if evidence.get("line") is not None:
        return f"line {evidence['line']}"
    return f"p.{evidence['page']}" if evidence.get("page") is not None else ""


def _shortened(path: str, width: int) -> str:
    head, _, _ = path.lstrip("/").partition("/")
    last = path.rpartition("/")[2]
    ways = (path, f"{'/' * path.startswith('/')}{head}/…/{last}", f"…/{last}")
    return next((way for way in ways if len(way) <= width), ways[-1]) if head != last else path


def confidence(json: Mapping[str, Any]) -> str:
    """A found cell's confidence in per cent, never shown as certain when it is not."""
    if json["state"] != "found":
        return ""
    sure = float(json["confidence"])
    return "100%" if sure >= 1 else f"{min(99, round(sure * 100))}%"


def line(text: str) -> str:
    """The text on one line, without anything that could move the cursor or colour the screen."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text).split())


def size(count: int) -> str:
    """Bytes for people."""
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < _KIB:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"  # noqa: PLR2004 - two digits do
        amount /= _KIB
    return f"{amount:.1f} GB"


def moment(text: str | None) -> str:
    """A time of the API in the zone of this machine."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}" if text else ""


def duration(start: str | None, end: str | None) -> str:
    """How long something took, or has taken so far."""
    if not start:
        return ""
    took = (datetime.fromisoformat(end) if end else datetime.now(UTC)) - datetime.fromisoformat(start)
    return span(took)


def span(took: timedelta) -> str:
    """``0.8 s``, ``42 s``, ``3 min 5 s``, ``2 h 4 min``."""
    seconds = max(0.0, took.total_seconds())
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004 - two digits do
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - an hour


def words(status: str) -> str:
    """A state as words: ``partially completed``."""
    return status.replace("_", " ")


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def argument(text: str) -> str:
    """A name as it is typed in a command."""
    import shlex

    return shlex.quote(text)


def target(job: str, run: str | None) -> str:
    """The job, and the run where one was named, as the next command takes them."""
    return argument(job) + (f" --run {argument(run)}" if run else "")


def clipped(texts: Sequence[str], most: int) -> str:
    """The first of the texts, and how many more there are."""
    more = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {more} more" if more > 0 else "")


def _grouped(amount: str) -> str:
    number = Decimal(amount)
    return f"{number:,f}" if number.is_finite() else amount
