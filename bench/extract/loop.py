"""The bare loop: every file read and understood by the same parser and engine, in as many processes as cores, and nothing kept."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bench.extract.answer import Answer
from sheaf import bootstrap
from sheaf.domain.fields import Field
from sheaf.extraction.spec import fields_from
from sheaf.settings import Settings
from tools.sample_documents.register import FIELDS

#: Files that a process takes at once: what a hurried script would do, and close to the best for it.
_CHUNK = 4


@cache
def fields() -> Sequence[Field]:
    """The fields that are read, in the loop and in the runs."""
    return fields_from(FIELDS)


def read(paths: Sequence[Path]) -> Answer:
    """Read every file; the time begins before the first process does and ends with the last row."""
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        rows = sum(pool.imap_unordered(_read, map(str, paths), chunksize=_CHUNK))
        seconds = time.perf_counter() - began
        pool.close()
        pool.join()
    return Answer(seconds=seconds, rows=rows)


def _read(path: str) -> int:
    document = bootstrap.formats().read(Path(path), name=Path(path).name)
    return sum(1 for _ in bootstrap.engine("embedded", Settings()).extract(document, fields()).rows)
