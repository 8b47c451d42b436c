"""What is started once for a test process and lasts as long as it does."""

from __future__ import annotations

import atexit
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

Made = TypeVar("Made")


def lasting(context: AbstractContextManager[Made]) -> Made:
    """Enter a context that is left when this process ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(context)
