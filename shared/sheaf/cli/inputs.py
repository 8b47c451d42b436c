"""The files that a command line names: paths, folders, patterns, and lists on standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

#: A name such as ``invoices/*.pdf`` that the shell has left as it is.
_PATTERN = frozenset("*?[")


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One file, or the reason why there is none."""

    #: As given on the command line, or below the folder given there, with ``/`` between its parts; always valid text.
    name: str
    path: Path
    size: int = 0
    #: Why it cannot be read; "" when it can, as far as one can tell from outside.
    problem: str = ""


def gather(arguments: Sequence[str], stdin: Iterable[str] = ()) -> list[Input]:
    """The files that the arguments stand for, in their order; ``-`` stands for the names in ``stdin``, one a line.

    Folders are walked, hidden files and folders in them left out, links to folders not followed. A name that leads nowhere is an
    :class:`Input` with a problem.
    """
    return [found for argument in _named(arguments, stdin) for found in _expand(argument)]


def standard_input() -> Iterator[str]:
    """The lines of standard input, as file names of whatever bytes."""
    return map(os.fsdecode, sys.stdin.buffer)


def are_in(inputs: Iterable[Input], path: Path) -> bool:
    """Whether the file at ``path`` is one of the inputs, under whatever name or link."""
    try:
        given = path.stat()
    except (OSError, ValueError):
        return False
    return any(_same(each.path, given) for each in inputs if not each.problem)


def _same(path: Path, given: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.stat(), given)
    except OSError:
        return False


def _named(arguments: Sequence[str], stdin: Iterable[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "-":
            yield from (line for line in (raw.rstrip("\r\n") for raw in stdin) if line.strip())
        else:
            yield argument


def _expand(argument: str) -> Iterator[Input]:
    path = Path(argument)
    if os.path.isdir(argument):  # noqa: PTH112 - unlike pathlib's, it also answers for names that no file can have
        yield from _walk(path, argument)
    elif not os.path.lexists(path) and _PATTERN & set(argument):
        yield from _matching(argument)
    else:
        yield _inspect(path, argument)


def _matching(pattern: str) -> Iterator[Input]:
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - pathlib takes no absolute pattern
    if not matches:
        yield _problem(Path(pattern), pattern, "No file matches this pattern.")
    for match in matches:
        yield from _walk(Path(match), match) if Path(match).is_dir() else [_inspect(Path(match), match)]


def _walk(folder: Path, given: str) -> Iterator[Input]:
    prefix = given.rstrip("/\\") or given
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(root, name)
                below = path.relative_to(folder).as_posix()
                yield _inspect(path, below if given in {".", "./"} else f"{prefix}/{below}")


def _inspect(path: Path, given: str) -> Input:
    try:
        size = path.stat().st_size
        if not path.is_file():
            return _problem(path, given, "This is not a file.")
        if not os.access(path, os.R_OK):
            return _problem(path, given, "You may not read this file.")
    except FileNotFoundError:
        return _problem(path, given, "There is no such file.")
    except (OSError, ValueError) as error:
        return _problem(path, given, f"The file cannot be read: {getattr(error, 'strerror', None) or error}.")
    return Input(name=readable(given), path=path, size=size)


def _problem(path: Path, given: str, problem: str) -> Input:
    return Input(name=readable(given), path=path, problem=problem)


def readable(name: str) -> str:
    """The name as text that any encoding can carry, whatever bytes the file system holds."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
