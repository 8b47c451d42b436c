"""Folders in buckets of Amazon S3 and of services that speak like it: ``s3://bucket/folder``.

Credentials, region and endpoint are those of the process (``AWS_ACCESS_KEY_ID``, ``AWS_PROFILE``, ``AWS_ENDPOINT_URL_S3`` …), as boto3
finds them: https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO

from sheaf.adapters import streams
from sheaf.connectors import addresses
from sheaf.connectors.addresses import Address
from sheaf.connectors.s3_errors import translated
from sheaf.domain.errors import Unavailable
from sheaf.ports.folders import FolderFile
from sheaf.settings import Settings

#: What a bucket may be called; no access points, which are written as ARNs.
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BUCKET = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)(?!xn--|sthree-)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
#: Files that one page of a listing holds.
PAGE = 1_000
#: Bytes of one part of an upload, of which two are in memory at a time.
_PART_BYTES = 8 * 2**20
_CONNECT_S, _READ_S = 10, 60
_ATTEMPTS = 4


def opened(url: str, settings: Settings) -> S3Folder:
    """The folder at an address; raises InvalidInput for one that is none."""
    del settings
    return S3Folder(addresses.parse(url, "s3", BUCKET))


@cache
def client() -> Any:
    """The process' S3 client, which threads may share; THE place where calls to S3 are given their time-outs and their retries."""
    import boto3
    from botocore.config import Config

    how = Config(
        connect_timeout=_CONNECT_S,
        read_timeout=_READ_S,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=32,
        user_agent_extra="sheaf",
    )
    return boto3.session.Session().client("s3", config=how)


class S3Folder:
    """Objects whose keys begin alike; the contract is :class:`sheaf.ports.folders.Folder`. Versions are ETags."""

    def __init__(self, address: Address, *, page: int = PAGE) -> None:
        self._address, self._page = address, page

    def files(self, *, after: str = "") -> Iterator[FolderFile]:
        """Every file below the folder by name, lazily, those behind the name ``after`` alone; folders themselves are none."""
        prefix = self._address.prefix
        start = {"StartAfter": prefix + after} if after else {}
        with translated(str(self._address)):
            pages = client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._address.bucket, Prefix=prefix, PaginationConfig={"PageSize": self._page}, **start):
                for found in page.get("Contents", ()):
                    if not found["Key"].endswith("/"):
                        yield self._shown(found["Key"], found["Size"], found)

    def file(self, name: str) -> FolderFile:
        """What is known of one file."""
        key = self._address.key(name)
        with translated(self._address.url(key)):
            found = client().head_object(Bucket=self._address.bucket, Key=key)
        return self._shown(key, found["ContentLength"], found)

    def open(self, name: str, *, version: str = "", start: int = 0) -> BinaryIO:
        """The bytes of a file from ``start`` on, streamed; with ``version``, PreconditionFailed when it is not that one any more."""
        key = self._address.key(name)
        first = _Answer(self._address, key, ({"IfMatch": f'"{version}"'} if version else {}) | _from(start))

        def again(passed: int) -> streams.Body:
            if passed >= first.size:  # asked for what is behind the end, S3 answers 416
                return io.BytesIO()
            return _Answer(self._address, key, {"IfMatch": first.tag} | _from(start + passed))

        return streams.resuming(first, again, (Unavailable,))

    def put(self, name: str, data: BinaryIO, *, content_type: str = "application/octet-stream") -> FolderFile:
        """Write a file, whole or not at all, over one that may be there."""
        from boto3.s3.transfer import TransferConfig

        key = self._address.key(name)
        parts = TransferConfig(multipart_threshold=_PART_BYTES, multipart_chunksize=_PART_BYTES, use_threads=False)
        with translated(self._address.url(key)):
            client().upload_fileobj(streams.Chunks(data), self._address.bucket, key, ExtraArgs={"ContentType": content_type}, Config=parts)
        return self.file(name)

    def _shown(self, key: str, size: int, found: Any) -> FolderFile:
        return FolderFile(
            url=self._address.url(key),
            name=key.removeprefix(self._address.prefix),
            size=size,
            version=found["ETag"].strip('"'),
            updated_at=found["LastModified"],
        )


def _from(start: int) -> dict[str, str]:
    return {"Range": f"bytes={start}-"} if start else {}


class _Answer:
    """The body of an answer, of one version of a file."""

    def __init__(self, address: Address, key: str, conditions: dict[str, str]) -> None:
        self._what = address.url(key)
        with translated(self._what):
            found = client().get_object(Bucket=address.bucket, Key=key, **conditions)
        self.tag: str = found["ETag"]
        self.size: int = found["ContentLength"]
        self._body = found["Body"]

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; raises Unavailable where the connection breaks."""
        with translated(self._what):
            data: bytes = self._body.read(size)
        return data

    def close(self) -> None:
        """Give the connection back."""
        self._body.close()
