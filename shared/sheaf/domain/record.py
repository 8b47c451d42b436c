"""Records: frozen dataclasses with slots, made in a third of the time that the standard library takes.

``@record(frozen=True, kw_only=True, slots=True)`` is what ``@dataclass`` of the same words is, to a type checker and to ``fields``,
``replace``, ``asdict``, ``copy`` and ``pickle``. The standard library compiles six methods of each class when its module is loaded; here
only ``__init__`` is compiled, and records share the others. A function that has just started makes dozens before its first answer.
See ``docs/decisions/2026-11-22-loaded-when-asked-for.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

__all__ = ["record"]

T = TypeVar("T")
Values = Callable[[object], object]

_set = object.__setattr__


def _record(*, frozen: bool, slots: bool, kw_only: bool = False, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """As :func:`dataclasses.dataclass`, for classes that are frozen and have slots."""
    if not (frozen and slots):
        raise TypeError("a record is frozen and has slots")

    def make(kind: type[T]) -> type[T]:
        made: type[T] = dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(kind)
        given = fields(made)  # type: ignore[arg-type]  # the line above made it a dataclass
        compared = _compared(tuple(field.name for field in given if field.compare)) if eq else {}
        for name, method in {"__init__": _init(made, given), **_SHARED, **compared}.items():
            if name not in vars(made):
                setattr(made, name, method)
        return made

    return make


def _init(kind: type, given: tuple[Field[Any], ...]) -> Callable[..., None]:
    """The one method that is compiled: it runs for every record that is made. It takes every field."""
    names: dict[str, Any] = {"_set": _set, "_missing": MISSING}
    taken, lines = [], []
    for field in sorted(given, key=attrgetter("kw_only")):  # as each one's own class says
        parameter, value = _parameter(field, names)
        taken.append(parameter)
        lines.append(f"_set(self, {field.name!r}, {value})")
    lines += ["self.__post_init__()"] if hasattr(kind, "__post_init__") else []
    placed = sum(not field.kw_only for field in given)
    parameters = ", ".join(["self", *taken[:placed], *(["*"] if taken[placed:] else []), *taken[placed:]])
    source = f"def make({', '.join(names)}):\n def __init__({parameters}):\n  {'; '.join(lines) or 'pass'}\n return __init__"
    made: dict[str, Any] = {}
    exec(source, vars(sys.modules[kind.__module__]), made)  # noqa: S102 - as the standard library does; names of fields are identifiers
    method: Callable[..., None] = made["make"](**names)
    method.__qualname__ = f"{kind.__qualname__}.__init__"
    method.__annotations__ = {field.name: field.type for field in given} | {"return": None}
    return method


def _parameter(field: Field[Any], names: dict[str, Any]) -> tuple[str, str]:
    """How ``__init__`` takes a field, and what it sets it to; ``names`` gets the default that both speak of."""
    default = f"_default_{field.name}"
    if field.default is not MISSING:
        names[default] = field.default
        return f"{field.name}={default}", field.name
    if field.default_factory is not MISSING:
        names[default] = field.default_factory
        return f"{field.name}=_missing", f"{default}() if {field.name} is _missing else {field.name}"
    return field.name, field.name


def _compared(names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    values: Values = attrgetter(*names) if names else lambda _: ()

    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def digest(self: object) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": digest}


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({shown})"


def _refuse_change(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_loss(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        _set(self, field.name, value)


_SHARED = {
    "__repr__": _repr,
    "__setattr__": _refuse_change,
    "__delattr__": _refuse_loss,
    "__getstate__": _state,
    "__setstate__": _restore,
}

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    record = _record
