"""The rules the embedded engine reads by: each has a name, says what it assumes of documents, and can be switched off to measure it.

A rule is a function with :func:`rule` on it, whose docstring has a paragraph that begins "Assumes"; or a feature of
:mod:`sheaf.extraction.features`, whose line says it. ``python -m bench.accuracy FOLDER --without RULE`` reads without one, and
``--ablation`` tells what each earns. A rule is switched off for the block it is switched off in, in this thread or task alone; products
never do that.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sheaf.domain.errors import InvalidInput

P = ParamSpec("P")
T = TypeVar("T")
_KNOWN: dict[str, Rule] = {}
_OFF: ContextVar[frozenset[str]] = ContextVar("rules_switched_off", default=frozenset())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, and what it assumes of documents."""

    name: str
    assumes: str


def rule(name: str, *, otherwise: Callable[..., Any]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a function the rule ``name``; ``otherwise`` answers in its place where the rule is switched off."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        declare(name, _assumption(function))

        @wraps(function)
        def ruled(*args: P.args, **kwargs: P.kwargs) -> T:
            if name in _OFF.get():
                neutral: T = otherwise(*args, **kwargs)
                return neutral
            return function(*args, **kwargs)

        return ruled

    return decorate


def declare(name: str, assumes: str) -> None:
    """Put a rule on the list."""
    _KNOWN[name] = Rule(name, assumes)


def _assumption(function: Callable[..., object]) -> str:
    """The paragraph of the docstring that begins "Assumes", on one line; "" where there is none."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return next((" ".join(one.split()) for one in paragraphs if one.startswith("Assumes")), "")


def holds(name: str) -> bool:
    """Whether the rule ``name`` is in force."""
    return name not in _OFF.get()


@contextmanager
def without(names: Iterable[str]) -> Iterator[None]:
    """Read without the rules ``names`` inside the block; raises :class:`InvalidInput` for one there is not."""
    off = frozenset(names)
    unknown = sorted(off - {one.name for one in every_rule()})
    if unknown:
        raise InvalidInput(f"No rule is named {unknown[0]!r}; --rules lists them.", field="without")
    token = _OFF.set(off)
    try:
        yield
    finally:
        _OFF.reset(token)


def every_rule() -> tuple[Rule, ...]:
    """Every rule of the engine, by name."""
    import sheaf.extraction.assemble  # noqa: F401 - declares the rules of all modules it reaches

    return tuple(sorted(_KNOWN.values(), key=lambda one: one.name))
