"""Addresses of folders in object stores, such as ``s3://bucket/prefix``: a bucket, and all names that begin so.

What stands behind the bucket is text, not a path: nothing in it is decoded, and neither ``?`` nor ``#`` nor ``..`` means anything. The
bucket is the only part that could name a place, and is held to the naming rules of its service, which leave no room for a host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheaf.domain.errors import InvalidInput

#: Of both services, in UTF-8.
_MAX_NAME_BYTES = 1_024
_UNSPEAKABLE = re.compile(r"[\x00\r\n\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Address:
    """A bucket, and what the names of the folder's files begin with: nothing, or text that ends in a slash."""

    scheme: str
    bucket: str
    prefix: str

    def key(self, name: str) -> str:
        """The full name of a file; raises InvalidInput for one that no file can have."""
        key = self.prefix + name
        if not name or name.endswith("/") or _UNSPEAKABLE.search(name) or len(key.encode()) > _MAX_NAME_BYTES:
            raise InvalidInput(f"{name[:100]!r} cannot be a file of {self}.", field="name")
        return key

    def url(self, key: str) -> str:
        """The address of a file by its full name."""
        return f"{self.scheme}://{self.bucket}/{key}"

    def __str__(self) -> str:
        return self.url(self.prefix)


def parse(url: str, scheme: str, bucket_names: re.Pattern[str]) -> Address:
    """The folder that ``url`` names, with or without a slash at its end; raises InvalidInput for anything else."""
    given, _, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    if given != scheme or not bucket_names.fullmatch(bucket):
        raise InvalidInput(f"{url[:100]!r} is no folder; one looks like {scheme}://bucket/folder.", field="url")
    if _UNSPEAKABLE.search(prefix) or len(prefix.encode()) >= _MAX_NAME_BYTES:
        raise InvalidInput(f"{url[:100]!r} names no folder of the bucket.", field="url")
    return Address(scheme, bucket, f"{prefix}/" if prefix and not prefix.endswith("/") else prefix)
