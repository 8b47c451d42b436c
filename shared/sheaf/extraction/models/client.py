"""Asking a model over the network, through one library for every vendor: pydantic-ai (MIT), loaded on first use."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sheaf.domain.errors import Unavailable
from sheaf.extraction.models.asking import Question

if TYPE_CHECKING:
    from pydantic_ai import RunUsage
    from pydantic_ai.models import Model

#: Seconds that one question may take with all that is repeated; how often the vendor's client repeats what failed on the way (429, 5xx).
TIMEOUT_S = 90.0
RETRIES = 2
#: Most tokens of one answer.
MAX_ANSWER_TOKENS = 16_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a model answered."""

    #: Parsed JSON of whatever shape.
    answer: Any
    #: Of the question and the answer, and those of the answer alone.
    tokens: int
    answered: int = 0


class Asking(Protocol):
    """A model that can be asked."""

    @property
    def name(self) -> str:
        """Vendor and model, such as ``openai/llama3.2``."""
        ...

    @property
    def sees(self) -> bool:
        """Whether it is shown pictures of pages."""
        ...

    def ask(self, question: Question, *, tokens: int | None) -> Reply:
        """The model's answer, for at most so many tokens altogether; raises Unavailable that says why there is none.

        Its ``details["tokens"]`` are those that were spent nevertheless, ``details["answered"]`` those of answers among them.
        """
        ...


class Spacing:
    """Keeps a process to so many calls a minute, whatever its threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._clock, self._sleep = clock, sleep
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next call may be made."""
        with self._lock:
            now = self._clock()
            at = max(now, self._next)
            self._next = at + self._gap
        if at > now:
            self._sleep(at - now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """An :class:`Asking` over the network; ``model`` makes the vendor's model on first use."""

    name: str
    model: Callable[[], Model]
    spacing: Spacing
    sees: bool = True
    #: Whether the vendor's own structured output is asked for, or a call of a tool, which others do better.
    native: bool = True
    timeout_s: float = TIMEOUT_S
    retries: int = RETRIES

    def ask(self, question: Question, *, tokens: int | None) -> Reply:
        """See :class:`Asking`."""
        from pydantic_ai import RunUsage

        self.spacing.wait()
        spent = RunUsage()
        try:
            return _loop().run(self._ask(question, tokens, spent))
        except Exception as error:
            told = {"tokens": spent.total_tokens, "answered": spent.output_tokens}
            raise Unavailable(f"{self.name}: {_told(error)}", code="model_failed", **told) from error

    async def _ask(self, question: Question, tokens: int | None, spent: RunUsage) -> Reply:
        from pydantic_ai import Agent, BinaryContent, NativeOutput, StructuredDict, ToolOutput, UsageLimits

        shape = StructuredDict(question.schema, name="rows", description="The rows that were read.")
        agent = Agent(
            self.model(),
            output_type=NativeOutput(shape) if self.native else ToolOutput(shape),
            instructions=question.instructions,
            retries=1,
            model_settings={"temperature": 0.0, "timeout": self.timeout_s, "max_tokens": MAX_ANSWER_TOKENS, "max_retries": self.retries},
        )
        pictures = [BinaryContent(data=data, media_type="image/png") for _, data in question.pictures]
        limits = UsageLimits(request_limit=3, total_tokens_limit=tokens)
        ran = await agent.run([question.text, *pictures], usage=spent, usage_limits=limits, timeout=self.timeout_s)
        return Reply(answer=ran.output, tokens=spent.total_tokens, answered=spent.output_tokens)


_OF_THREAD = threading.local()


def _loop() -> asyncio.Runner:
    """One event loop a thread, kept: the vendors' clients hold connections that belong to it."""
    if not hasattr(_OF_THREAD, "runner"):
        _OF_THREAD.runner = asyncio.Runner()
    runner: asyncio.Runner = _OF_THREAD.runner
    return runner


def _told(error: Exception) -> str:
    """Why a call failed, for people, in one line without what was sent: an answer's body may repeat the document."""
    status = getattr(error, "status_code", None)
    kind = type(error).__name__
    return f"{kind} {status}" if status else kind
