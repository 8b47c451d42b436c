"""Walking the folder tree of the embedded object store in the order of the objects' paths."""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from sheaf.adapters.blobs import paths

_SIDECAR = re.compile(r"%t\d+\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """An object's path as bytes, and its file."""

    path: bytes
    file: Path


@dataclass(frozen=True, slots=True)
class _Entry:
    """One name in a folder: an object, or a folder of objects whose paths begin with ``path``."""

    path: bytes
    place: Path
    is_object: bool


def walk(root: Path, prefix: str) -> Iterator[Found]:
    """Every object whose path starts with ``prefix``, by path; folders are read when their turn comes."""
    *whole, _ = wanted = prefix.encode().split(b"/")
    if b"" in whole:
        return iter(())
    folder = root.joinpath(*(name for part in whole for name in paths.folder_names(part)))
    return _walk(folder, b"".join(part + b"/" for part in wanted[:-1]), prefix.encode())


def _walk(folder: Path, base: bytes, prefix: bytes) -> Iterator[Found]:
    entries = sorted((entry for entry in _entries(folder, base) if _may_hold(entry.path, prefix)), key=attrgetter("path"))
    # A folder p/ belongs in the midst of one that holds the longer names p…; all else stands one behind the other.
    for _, group in itertools.groupby(entries, key=lambda entry: entry.path.rstrip(b"/")):
        yield from heapq.merge(*(_open(entry, prefix) for entry in group), key=attrgetter("path"))


def _open(entry: _Entry, prefix: bytes) -> Iterator[Found]:
    if entry.is_object:
        return iter([Found(entry.path, entry.place)]) if entry.path.startswith(prefix) else iter(())
    return _walk(entry.place, entry.path, prefix)


def _may_hold(path: bytes, prefix: bytes) -> bool:
    return path.startswith(prefix) or prefix.startswith(path)


def _entries(folder: Path, base: bytes) -> Iterator[_Entry]:
    try:
        names = [entry.name for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        # Gone since, or somebody else's file.
        return
    for name in names:
        if name.startswith(".") or _SIDECAR.search(name):
            continue
        if name.endswith(paths.MORE):
            yield _Entry(base + paths.decode(name.removesuffix(paths.MORE)), folder / name, is_object=False)
        elif name.endswith(paths.OBJECT):
            yield _Entry(base + paths.decode(name.removesuffix(paths.OBJECT)), folder / name, is_object=True)
        else:
            yield _Entry(base + paths.decode(name) + b"/", folder / name, is_object=False)
