"""A record is a frozen dataclass with slots in all that its users can tell."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any

import msgspec
import pytest

from sheaf.domain.record import record


@dataclass(frozen=True, kw_only=True, slots=True)
class Standard:
    """As the standard library makes it."""

    name: str
    size: int = 3
    tags: tuple[str, ...] = field(default_factory=tuple)
    key: str = field(default="secret", repr=False)
    seen: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(self.size)


@record(frozen=True, kw_only=True, slots=True)
class Ours:
    """The same."""

    name: str
    size: int = 3
    tags: tuple[str, ...] = field(default_factory=tuple)
    key: str = field(default="secret", repr=False)
    seen: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(self.size)


@record(frozen=True, slots=True)
class Point:
    """One whose fields are given by place."""

    x: int
    y: int = 0


@record(frozen=True, slots=True)
class Solid(Point):
    """One that adds to another, and writes itself."""

    z: int = 0

    def __repr__(self) -> str:
        return f"<{self.x} {self.y} {self.z}>"


@record(frozen=True, slots=True, eq=False)
class Alone:
    """One that equals nothing but itself."""


BOTH = pytest.mark.parametrize("kind", [Standard, Ours])


@BOTH
def test_it_is_made_shown_and_told_apart_alike(kind: Any) -> None:
    """Defaults, representation, equality and digest are the standard library's."""
    made = kind(name="a", seen=1)
    assert repr(made) == f"{kind.__name__}(name='a', size=3, tags=(), seen=1)"
    assert (made, hash(made)) == (kind(name="a", seen=2), hash(kind(name="a", seen=2)))
    assert made != kind(name="a", key="other")
    assert made != Point(1)
    assert asdict(made) == {"name": "a", "size": 3, "tags": (), "key": "secret", "seen": 1}


@BOTH
def test_it_is_checked_when_it_is_made_and_when_it_is_replaced(kind: Any) -> None:
    """What a class demands of its values holds for each of its objects."""
    assert replace(kind(name="a"), size=4) == kind(name="a", size=4)
    with pytest.raises(ValueError, match="-1"):
        kind(name="a", size=-1)
    with pytest.raises(ValueError, match="-1"):
        replace(kind(name="a"), size=-1)


@BOTH
@pytest.mark.parametrize("given", [{}, {"name": "a", "colour": "red"}])
def test_what_is_missing_or_unknown_is_a_type_error(kind: Any, given: dict[str, str]) -> None:
    """As for any function."""
    with pytest.raises(TypeError, match=r"__init__\(\)"):
        kind(**given)


@BOTH
def test_fields_are_given_by_name_alone_where_it_says_so(kind: Any) -> None:
    """Keyword-only means what it says."""
    with pytest.raises(TypeError, match="positional"):
        kind("a")


@BOTH
def test_nothing_of_it_changes(kind: Any) -> None:
    """Neither a field nor anything else can be set or taken away."""
    made = kind(name="a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        made.name = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del made.name
    assert not hasattr(made, "__dict__")
    assert made.name == "a"


@BOTH
def test_copies_are_equal(kind: Any) -> None:
    """It goes through ``copy``, ``pickle`` and the store's own form."""
    made = kind(name="a", tags=("x",), seen=7)
    assert copy.deepcopy(made) == copy.copy(made) == pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - written one call before
    assert pickle.loads(pickle.dumps(made)).seen == 7  # noqa: S301 - as above
    assert msgspec.convert(msgspec.to_builtins(made), kind) == made


def test_its_signature_is_the_standard_library_s() -> None:
    """What looks at a class to make its objects finds the same."""
    ours, standard = (inspect.signature(kind) for kind in (Ours, Standard))
    assert [(each.name, each.kind, each.annotation) for each in ours.parameters.values()] == [
        (each.name, each.kind, each.annotation) for each in standard.parameters.values()
    ]
    assert [each.name for each in fields(Ours)] == [each.name for each in fields(Standard)]


def test_a_record_may_add_to_another() -> None:
    """Inherited fields come first, and a method of its own stays."""
    assert (repr(Solid(1, 2, 3)), repr(Point(1))) == ("<1 2 3>", "Point(x=1, y=0)")
    assert Solid(1, 2, 3) != Point(1, 2)
    match Solid(1, 2, 3):
        case Solid(x, _, z):
            assert (x, z) == (1, 3)


def test_each_field_is_given_as_its_own_class_has_it() -> None:
    """By place or by name, in a class that adds to one of the other kind too: type checkers go by that."""

    @record(frozen=True, kw_only=True, slots=True)
    class Named(Point):
        z: int

    @record(frozen=True, slots=True)
    class Placed(Named):
        w: int = 4

    assert Named(1, 2, z=3) == Named(x=1, y=2, z=3)
    assert Placed(1, 2, 5, z=3) == Placed(x=1, y=2, w=5, z=3)
    assert str(inspect.signature(Placed)) == "(x: 'int', y: 'int' = 0, w: 'int' = 4, *, z: 'int') -> None"
    with pytest.raises(TypeError):
        Named(1, 2, 3)  # type: ignore[call-arg]  # what is tried


def test_a_record_can_equal_itself_alone() -> None:
    """As ``eq=False`` says; and one without fields is one as well."""
    one = Alone()
    assert one == one  # noqa: PLR0124 - that is the question
    assert one != Alone()
    assert len({one, Alone()}) == 2
    assert repr(one) == "Alone()"


@pytest.mark.parametrize("words", [{"frozen": False, "slots": True}, {"frozen": True, "slots": False}])
def test_it_must_be_frozen_and_have_slots(words: dict[str, bool]) -> None:
    """The words stand at the class for its readers, so they have to be true."""
    with pytest.raises(TypeError, match="frozen and has slots"):
        record(**words)
