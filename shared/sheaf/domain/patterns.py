"""Patterns that values must match: regular expressions in the syntax of RE2, whose time grows with the text and never beyond.

There are no look-arounds and no references back, for these are what lets other engines run for ever on a chosen text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sheaf.domain.errors import InvalidInput

#: Characters of a pattern, and bytes that its machine may take.
MAX_PATTERN = 500
_MAX_MEMORY = 2**20
#: Characters of a value that are looked at; what is longer matches nothing.
MAX_TEXT = 10_000


def check_pattern(pattern: str) -> None:
    """Raise InvalidInput unless ``pattern`` can be understood."""
    if len(pattern) > MAX_PATTERN:
        raise InvalidInput(f"A pattern of {len(pattern)} characters is too long; at most {MAX_PATTERN}.", code="bad_pattern")
    _compiled(pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of ``text`` matches."""
    return len(text) <= MAX_TEXT and _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise InvalidInput(f"The pattern {pattern[:60]!r} cannot be understood: {_why(error)}.", code="bad_pattern") from error


def _why(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else "it holds half a character"
