"""The messages of google.cloud.tasks.v2 as protobuf has them, without the convenience layer that costs ten times as much.

protobuf makes their classes while the program runs, so to mypy they are Any, under the names of what they are.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Task: TypeAlias = Any
Queue: TypeAlias = Any
HttpRequest: TypeAlias = Any
RateLimits: TypeAlias = Any
RetryConfig: TypeAlias = Any
Message: TypeAlias = Any
