"""The least that a function can be; what every start is held against."""

from __future__ import annotations

import functions_framework


@functions_framework.http
def hello(_request: object) -> str:
    """Answer."""
    return "hello"
