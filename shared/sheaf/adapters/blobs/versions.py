"""Versions of an object on disk: what tells them apart, and where the content type of each is kept.

A version is told by its file's time and inode. Its content type stands in a symbolic link beside the file, its label, whose name holds the
time, so that it belongs to that very version; plain bytes have none.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sheaf.ports.blobs import BlobInfo

DEFAULT_TYPE = "application/octet-stream"


def look(path: str, file: Path) -> BlobInfo | None:
    """Return what is known of the object at ``path``, kept in ``file``, or None; its parts belong to one version."""
    while (status := stat(file)) is not None:
        content_type = _type_of(file, status)
        if content_type is not None:
            return info(path, status, content_type)
        # No label: there is none, or the object was replaced since, and its label gone with it.
        again = stat(file)
        if again is not None and generation(again) == generation(status):
            return info(path, status, DEFAULT_TYPE)
    return None


def info(path: str, status: os.stat_result, content_type: str) -> BlobInfo:
    """Return what is known of the version that has this file status."""
    updated_at = datetime.fromtimestamp(status.st_mtime_ns // 1_000_000_000, UTC) + timedelta(
        microseconds=status.st_mtime_ns // 1_000 % 1_000_000
    )
    return BlobInfo(path=path, size=status.st_size, generation=generation(status), updated_at=updated_at, content_type=content_type)


def _type_of(file: Path, status: os.stat_result) -> str | None:
    try:
        return os.readlink(label_of(file, status))  # noqa: PTH115 — pathlib would rewrite a//b
    except FileNotFoundError:
        return None


def new_label(file: Path, status: os.stat_result, content_type: str) -> tuple[Path, str]:
    """Return the label of a version: its place and its text, which is empty when none is needed."""
    return label_of(file, status), "" if content_type == DEFAULT_TYPE else content_type


def generation(status: os.stat_result) -> str:
    """Return what tells the version that has this file status from every other."""
    return f"{status.st_mtime_ns:x}-{status.st_ino:x}"


def label_of(file: Path, status: os.stat_result) -> Path:
    """Return the place of the label of the version that has this file status."""
    return file.with_name(f"{file.name}t{status.st_mtime_ns}")


def stat(file: Path) -> os.stat_result | None:
    """Return a file's status, None where there is no file."""
    try:
        return file.stat()
    except FileNotFoundError:
        return None


def remove(file: Path, status: os.stat_result, aside: Path) -> None:
    """Remove the version that has this file status, by way of ``aside``; one that has come in its place meanwhile is put back."""
    try:
        file.rename(aside)
    except FileNotFoundError:
        return
    if generation(aside.stat()) != generation(status):
        with suppress(FileExistsError):  # there is a newer one already
            os.link(aside, file)
    aside.unlink()
