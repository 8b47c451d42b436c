"""Everything Sheaf refuses or fails with, as one tree.

SheafError
├── InvalidInput          the request cannot be meant as it stands
├── NotFound              nothing under that name in this tenant
├── Conflict              it clashes with what is there
│   └── WrongState        the run or task is not in a state that allows this
├── PreconditionFailed    a guarded write found another version, and nothing was written
├── Unavailable           an outside service did not answer; the same call may succeed later
└── FileProblem           one file cannot be read; the rest of the run goes on

``code`` is stable and for machines, ``message`` is for people and says what to do, ``details`` carries the values named in it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


class SheafError(Exception):
    """Base of every error that Sheaf raises on purpose."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self._code = code

    @property
    def kind(self) -> str:
        """The stable code of this error: its class's, or the narrower one it was raised with."""
        return self._code or self.code


class InvalidInput(SheafError):
    """The request cannot be meant as it stands; ``details["field"]`` names the part at fault where there is one."""

    code = "invalid_input"


class NotFound(SheafError):
    """Nothing under that name in this tenant."""

    code = "not_found"


class Conflict(SheafError):
    """The request clashes with what is there, such as a second job of the same name."""

    code = "conflict"


class WrongState(Conflict):
    """The run, task or wizard step is not in a state that allows this."""

    code = "wrong_state"


class PreconditionFailed(SheafError):
    """A guarded write found another version than it expected; nothing of its commit was written."""

    code = "precondition_failed"


class Unavailable(SheafError):
    """An outside service did not answer; the same call may succeed later."""

    code = "unavailable"


class AccessDenied(SheafError):
    """An outside service knows the credentials it was shown and refuses what was asked with them."""

    code = "access_denied"


class FailureCategory(StrEnum):
    """Why a task failed, for grouping; the first block speaks of the file, the second of the machinery, the last of neither."""

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    UNSUPPORTED = "unsupported"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNSAFE = "unsafe"
    FILE_MISSING = "file_missing"

    TIMEOUT = "timeout"
    CRASHED = "crashed"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"

    CANCELLED = "cancelled"


class FileProblem(SheafError):
    """One file cannot be read: its ``category`` says why, and whether trying again could help."""

    code = "file_problem"

    def __init__(self, category: FailureCategory, message: str, **details: Any) -> None:
        super().__init__(message, code=category.value, **details)
        self.category = category

    def __reduce__(self) -> tuple[Any, ...]:
        return (FileProblem, (self.category, self.message))
