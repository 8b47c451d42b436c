"""The object store on disk: one file an object, written aside and renamed into place."""

from __future__ import annotations

import io
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, cast

from sheaf.adapters.blobs.names import folder_of, to_file, to_path
from sheaf.adapters.blobs.signing import Grant, Signer
from sheaf.domain.errors import InvalidInput, NotFound, PreconditionFailed, Unavailable
from sheaf.ports.blobs import BlobInfo
from sheaf.ports.clock import Clock

_DEFAULT_TYPE = "application/octet-stream"
_CHUNK = 1 << 20


class DiskBlobs:
    """Objects below ``root``: bytes in ``root/objects``, content types beside them in ``root/types``, unfinished ones in ``root/new``."""

    def __init__(self, root: Path, *, key: bytes, clock: Clock) -> None:
        self._objects, self._types, self._new = root / "objects", root / "types", root / "new"
        self._signer = Signer(key, clock)
        for folder in (self._objects, self._types, self._new):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, path: str, data: BinaryIO | bytes, *, content_type: str = _DEFAULT_TYPE, new: bool = False) -> BlobInfo:
        """See :class:`sheaf.ports.blobs.BlobStore`."""
        target = to_file(self._objects, path)
        fresh = self._new / uuid.uuid4().hex
        try:
            _write(fresh, data)
            self._set_type(path, content_type)
            _place(fresh, target, new=new)
        except FileExistsError as error:
            raise PreconditionFailed(f"There is an object {path} already.", path=path) from error
        except OSError as error:
            raise Unavailable("The disk did not take the object.", path=path) from error
        finally:
            fresh.unlink(missing_ok=True)
        return self._known(path, target)

    def open(self, path: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """See :class:`sheaf.ports.blobs.BlobStore`."""
        try:
            file = to_file(self._objects, path).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotFound(f"There is no object {path}.", what="object", path=path) from error
        file.seek(start)
        return file if end is None else cast("BinaryIO", io.BufferedReader(_Part(file, max(0, end - start))))

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        """See :class:`sheaf.ports.blobs.BlobStore`."""
        file = to_file(self._objects, path)
        if not file.is_file():
            raise NotFound(f"There is no object {path}.", what="object", path=path)
        yield file

    def info(self, path: str) -> BlobInfo | None:
        """See :class:`sheaf.ports.blobs.BlobStore`."""
        file = to_file(self._objects, path)
        with suppress(FileNotFoundError, NotADirectoryError):
            return self._known(path, file)
        return None

    def list(self, prefix: str) -> Iterator[BlobInfo]:
        """See :class:`sheaf.ports.blobs.BlobStore`."""
        for path, file in _walk(self._objects, folder_of(self._objects, prefix), prefix):
            with suppress(FileNotFoundError):
                yield self._known(path, file)

    def delete(self, path: str) -> None:
        """See :class:`sheaf.ports.blobs.BlobStore`."""
        with suppress(FileNotFoundError, NotADirectoryError):
            to_file(self._objects, path).unlink()
        with suppress(FileNotFoundError, NotADirectoryError):
            to_file(self._types, path).unlink()

    def upload_url(self, path: str, *, expires_in: timedelta, max_bytes: int, content_type: str) -> str:
        """See :class:`sheaf.ports.blobs.BlobStore`."""
        to_file(self._objects, path)
        expires = self._signer.expiry(expires_in)
        return self._signer.url(Grant(method="PUT", path=path, expires=expires, max_bytes=max_bytes, content_type=content_type))

    def download_url(self, path: str, *, expires_in: timedelta, file_name: str) -> str:
        """See :class:`sheaf.ports.blobs.BlobStore`."""
        to_file(self._objects, path)
        return self._signer.url(Grant(method="GET", path=path, expires=self._signer.expiry(expires_in), file_name=file_name))

    def grant(self, method: str, path: str, query: Mapping[str, str]) -> Grant:
        """What a request to a signed URL may do, by its unquoted object path and its parameters; raises InvalidInput."""
        return self._signer.read(method, path, query)

    def _set_type(self, path: str, content_type: str) -> None:
        file = to_file(self._types, path)
        if content_type == _DEFAULT_TYPE:
            file.unlink(missing_ok=True) if file.parent.is_dir() else None
            return
        if not content_type.isprintable() or len(content_type) > 255:  # noqa: PLR2004 - RFC 6838, 4.2: 127 characters either side
            raise InvalidInput("This is no content type.", field="content_type")
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._new / uuid.uuid4().hex
        fresh.write_text(content_type, "utf-8")
        fresh.replace(file)

    def _known(self, path: str, file: Path) -> BlobInfo:
        status = file.stat()
        content_type = _DEFAULT_TYPE
        with suppress(FileNotFoundError, NotADirectoryError):
            content_type = to_file(self._types, path).read_text("utf-8")
        return BlobInfo(
            path=path,
            size=status.st_size,
            generation=f"{status.st_mtime_ns:x}-{status.st_ino:x}",
            updated_at=datetime.fromtimestamp(status.st_mtime, UTC),
            content_type=content_type,
        )


class _Part(io.RawIOBase):
    """The next ``size`` bytes of a file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io calls it with a memoryview
        part = self._file.read(min(len(buffer), self._left))
        buffer[: len(part)] = part
        self._left -= len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()


def _write(fresh: Path, data: BinaryIO | bytes) -> None:
    with fresh.open("xb") as out:
        if isinstance(data, bytes):
            out.write(data)
        else:
            shutil.copyfileobj(data, out, _CHUNK)
        out.flush()
        os.fsync(out.fileno())


def _place(fresh: Path, target: Path, *, new: bool) -> None:
    """Give the finished file its name, durably: the folder's entry is flushed too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if new:
        target.hardlink_to(fresh)
    else:
        fresh.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _walk(root: Path, folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    """Objects below a folder by path, one folder's entries in memory at a time."""
    try:
        entries = [(to_path(root, Path(entry.path)), entry) for entry in os.scandir(folder)]
    except (FileNotFoundError, NotADirectoryError):
        return
    for path, entry in sorted(((f"{path}/" if entry.is_dir() else path, entry) for path, entry in entries), key=itemgetter(0)):
        if entry.is_dir() and (path.startswith(prefix) or prefix.startswith(path)):
            yield from _walk(root, Path(entry.path), prefix)
        elif not entry.is_dir() and path.startswith(prefix):
            yield path, Path(entry.path)
