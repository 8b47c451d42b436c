"""The embedded object store: a folder tree with an object a file, and signed URLs that the HTTP layer serves."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sheaf.adapters.blobs import files, paths, rules, signing, tree, versions
from sheaf.adapters.blobs.signing import Grant
from sheaf.adapters.blobs.versions import DEFAULT_TYPE
from sheaf.adapters.folders import private_folder
from sheaf.adapters.keys import installation_key
from sheaf.domain.errors import NotFound, PreconditionFailed, Unavailable
from sheaf.ports.blobs import BlobInfo, SignedUpload
from sheaf.ports.clock import Clock
from sheaf.settings import Settings

#: Where objects are written before they have a name.
_INCOMING = ".incoming"
_ABANDONED_S = 86_400


def opened(settings: Settings, clock: Clock) -> DiskBlobs:
    """The object store of an embedded installation."""
    folder = private_folder(settings.data_dir)
    return DiskBlobs(folder / "objects", key=installation_key(folder / "signing.key"), clock=clock)


class DiskBlobs:
    """Objects in a folder tree; the contract is :class:`sheaf.ports.blobs.BlobStore`.

    The content type stands in a symbolic link beside the object, named after the object's time so that it belongs to that very version.
    ``key`` (at least 32 secret bytes) signs the URLs.
    """

    def __init__(self, root: Path, *, key: bytes, clock: Clock) -> None:
        self._root = root
        self._key = signing.check_key(key)
        self._clock = clock
        self._incoming = root / _INCOMING
        files.make_folder(self._incoming.absolute())
        _clear(self._incoming)

    def put(self, path: str, data: BinaryIO | bytes, *, content_type: str = DEFAULT_TYPE, new: bool = False) -> BlobInfo:
        """Store all of ``data`` (streamed), visible whole or not at all; with ``new``, raises PreconditionFailed if one is there."""
        target, type_ = self._file(path), rules.check_type(content_type)
        if new and target.exists():
            raise _taken(path)
        with _translated(path), files.aside(self._incoming, data, self._stamp(target)) as file:
            status, before = file.stat(), versions.stat(target)
            try:
                files.publish(file, target, label=versions.new_label(target, status, type_), new=new)
            except FileExistsError as error:
                versions.label_of(target, status).unlink(missing_ok=True)
                raise _taken(path) from error
        if before is not None:
            versions.label_of(target, before).unlink(missing_ok=True)
        return versions.info(path, status, type_)

    def open(self, path: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """The bytes from ``start`` up to (not including) ``end``; raises NotFound."""
        rules.check_range(start, end)
        with _translated(path):
            return files.section(self._file(path).open("rb"), start, end)

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        """The object's own file; whoever has it must not write to it."""
        file = self._file(path)
        if not file.exists():
            raise _missing(path)
        yield file

    def info(self, path: str) -> BlobInfo | None:
        """What is known of the object, or None."""
        with _translated(path):
            return versions.look(path, self._file(path))

    def list(self, prefix: str) -> Iterator[BlobInfo]:
        """Every object whose path starts with ``prefix``, by path; lazily."""
        paths.check_prefix(prefix)
        looked = (self.info(found.path.decode()) for found in tree.walk(self._root, prefix))
        return (info for info in looked if info is not None)

    def delete(self, path: str, *, generation: str = "") -> None:
        """Remove the object, with ``generation`` unless it was written again since; that it is not there is no error."""
        file = self._file(path)
        status = versions.stat(file)
        if status is None or generation not in {"", versions.generation(status)}:
            return
        with _translated(path):
            if generation:
                versions.remove(file, status, self._incoming / secrets.token_hex(8))
            else:
                file.unlink(missing_ok=True)
            versions.label_of(file, status).unlink(missing_ok=True)
            files.flush([file.parent])
            files.prune(file.parent, self._root)

    def upload_url(self, path: str, *, expires_in: timedelta, max_bytes: int, content_type: str) -> SignedUpload:
        """Let the holder of a relative URL PUT this one object until it expires; served by way of :meth:`verify_upload`."""
        expires, type_ = self._expiry(expires_in), rules.check_type(content_type)
        grant = Grant(method="PUT", path=paths.check(path), expires=expires, max_bytes=rules.check_max_bytes(max_bytes), content_type=type_)
        return SignedUpload(url=signing.sign(self._key, grant), headers={"Content-Type": type_})

    def download_url(self, path: str, *, expires_in: timedelta, file_name: str) -> str:
        """A relative URL from which the holder may GET this one object until it expires; served by way of :meth:`verify_download`."""
        expires = self._expiry(expires_in)
        return signing.sign(self._key, Grant(method="GET", path=paths.check(path), expires=expires, file_name=file_name))

    def verify_upload(self, path: str, query: str) -> Grant:
        """Return what a PUT to ``/blobs/path?query`` may do (``path`` decoded, ``query`` as it stands).

        Raises InvalidInput with code ``bad_signature`` or ``url_expired``.
        """
        return signing.verify(self._key, "PUT", path, query, now=self._clock.now())

    def verify_download(self, path: str, query: str) -> Grant:
        """Return what a GET of ``/blobs/path?query`` may do; as :meth:`verify_upload`."""
        return signing.verify(self._key, "GET", path, query, now=self._clock.now())

    def _file(self, path: str) -> Path:
        return self._root.joinpath(*paths.names(paths.check(path)))

    def _stamp(self, target: Path) -> int:
        """The time in nanoseconds, random below the microsecond: it tells a version from the one before, within one tick of the clock."""
        there = versions.stat(target)
        while True:
            stamp = _nanoseconds(self._clock.now()) + secrets.randbelow(1_000)
            if there is None or there.st_mtime_ns != stamp:
                return stamp

    def _expiry(self, expires_in: timedelta) -> int:
        return math.ceil((self._clock.now() + rules.check_lifetime(expires_in)).timestamp())


def _nanoseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1_000


def _clear(incoming: Path) -> None:
    """Remove what was left behind by processes that died while they wrote."""
    for leftover in incoming.iterdir():
        with suppress(FileNotFoundError):
            if leftover.stat().st_mtime < time.time() - _ABANDONED_S:
                leftover.unlink()


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        raise Unavailable(f"The object {path} could not be read or written: {error.strerror}.") from error


def _missing(path: str) -> NotFound:
    return NotFound(f"There is no object {path}.", path=path)


def _taken(path: str) -> PreconditionFailed:
    return PreconditionFailed(f"There is an object {path} already.", path=path)
