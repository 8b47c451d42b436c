"""Object paths as file paths below a root, and back: nothing an object is called can name another place."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

from sheaf.domain.errors import InvalidInput

#: Most bytes of an object's path (Cloud Storage's limit) and of one file name (most file systems').
MAX_PATH_BYTES = 1024
MAX_NAME_BYTES = 255
#: Ends the names of folders, so that an object ``a`` and an object ``a/b`` can both be there.
_FOLDER = "%2F"


def to_file(root: Path, path: str) -> Path:
    """Where the object's bytes lie; raises InvalidInput for a path that no object can have."""
    parts = path.split("/")
    if not path or any(not part for part in parts) or len(path.encode("utf-8", "replace")) > MAX_PATH_BYTES:
        raise InvalidInput(f"{path[:80]!r} is no object path.", field="path")
    try:
        names = [_encode(part) for part in parts]
    except UnicodeEncodeError as error:
        raise InvalidInput("An object path has no lone surrogates.", field="path") from error
    if any(len(name) + len(_FOLDER) > MAX_NAME_BYTES for name in names):
        raise InvalidInput(f"A part of {path[:80]!r} is too long.", field="path")
    return root.joinpath(*(name + _FOLDER for name in names[:-1]), names[-1])


def _encode(part: str) -> str:
    """Letters, digits, ``_``, ``-`` and inner dots stay; everything else, and a leading dot, is escaped."""
    name = quote(part, safe="")
    return "%2E" + name[1:] if name.startswith(".") else name.replace("~", "%7E")


def to_path(root: Path, file: Path) -> str:
    """The object that the file is."""
    return "/".join(unquote(part.removesuffix(_FOLDER)) for part in file.relative_to(root).parts)


def folder_of(root: Path, prefix: str) -> Path:
    """The folder below which every object lies whose path starts with ``prefix``."""
    parts = prefix.split("/")[:-1]
    return root.joinpath(*(_encode(part) + _FOLDER for part in parts))
