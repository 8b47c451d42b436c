"""Rows of results: saved with the attempt that read them, and read back in pages.

A single small row stays in its task's document. Everything else goes to objects of a fixed number of rows below the attempt's own prefix,
so that any row can be reached without reading those before it, and a late worker writes where nobody looks.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

import orjson

from sheaf.domain import paths
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field
from sheaf.domain.rows import MISSING, Cell, CellState, Row
from sheaf.domain.runs import Run
from sheaf.domain.tasks import ResultInfo, Task
from sheaf.domain.texts import storable
from sheaf.domain.values import cell_from_json, cell_to_json
from sheaf.ports.jobtype import Outcome
from sheaf.services.kernel import Kernel

_log = logging.getLogger(__name__)

#: Notes kept with a task, and characters of each: its document is to stay small.
_MAX_NOTES, _MAX_NOTE = 50, 500


def save(kernel: Kernel, run: Run, task: Task, outcome: Outcome, *, content: str = "") -> ResultInfo:
    """Store an attempt's rows, in flat memory, and say what they are; nothing is visible until the task completes with the answer."""
    packed = iter(map(pack, outcome.rows) if outcome.packed is None else outcome.packed)
    head = list(islice(packed, 2))
    info = functools.partial(_info, outcome, content=content)
    if len(head) <= 1 and sum(map(len, head)) <= kernel.policy.inline_bytes:
        return info(rows=len(head), inline=orjson.loads(head[0]) if head else None)
    prefix = paths.results_prefix(run.tenant, run.job_id, run.id, task.id, task.lease_token)
    size = kernel.policy.rows_per_object
    rows = 0
    for number, lines in enumerate(_parts(chain(head, packed), size)):
        kernel.blobs.put(_object(prefix, number), b"\n".join(lines), content_type="application/x-ndjson")
        rows += len(lines)
    return info(rows=rows, prefix=prefix, chunk=size)


def _parts(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    remaining = iter(lines)
    while part := list(islice(remaining, size)):
        yield part


def _info(outcome: Outcome, **where: Any) -> ResultInfo:
    notes = kept_notes(outcome.notes)
    return ResultInfo(rows_in=outcome.rows_in, pages=outcome.pages, engine=outcome.engine, notes=notes, **where)


def kept_notes(notes: Sequence[str]) -> tuple[str, ...]:
    """As many of an outcome's notes as are kept, and as much of each."""
    return tuple(storable(note, _MAX_NOTE) for note in notes[:_MAX_NOTES])


def pack(row: Row) -> bytes:
    """One line of a result object: the row as JSON."""
    cells = {name: cell_to_json(cell) for name, cell in row.cells.items()}
    return orjson.dumps({"index": row.index, "source": row.source, "notes": list(row.notes), "cells": cells})


def _object(prefix: str, number: int) -> str:
    return f"{prefix}/rows-{number:06d}.jsonl"


def read(kernel: Kernel, task: Task, fields: Sequence[Field], *, start: int = 0) -> Iterator[Row]:
    """A completed task's rows from the ``start``-th on, lazily, one object at a time."""
    if task.result is None:
        return
    for raw in islice(_raw(kernel, task.result, start), max(0, task.result.rows - start)):
        yield _unpack(raw, fields)


def _raw(kernel: Kernel, result: ResultInfo, start: int) -> Iterator[Mapping[str, Any]]:
    if result.inline is not None:
        yield from [result.inline][start:]
        return
    if not result.prefix:
        return
    first, skip = divmod(start, result.chunk)
    for number in range(first, -(-result.rows // result.chunk)):
        with kernel.blobs.open(_object(result.prefix, number)) as data:
            lines = data.read().split(b"\n")
        yield from map(orjson.loads, lines[skip:])
        skip = 0


def _unpack(raw: Mapping[str, Any], fields: Sequence[Field]) -> Row:
    return Row(
        cells={field.name: _cell(raw["cells"].get(field.name), field) for field in fields},
        index=raw["index"],
        source=raw["source"],
        notes=tuple(raw["notes"]),
    )


def _cell(raw: Mapping[str, Any] | None, field: Field) -> Cell:
    """A stored cell; one that cannot be understood any more keeps no other from being read (X7)."""
    if raw is None:
        return MISSING
    try:
        return cell_from_json(field.type, raw, columns=field.columns)
    except InvalidInput:
        _log.exception("a stored cell of the field %s cannot be understood", field.name)
        return Cell(state=CellState.UNREADABLE)
