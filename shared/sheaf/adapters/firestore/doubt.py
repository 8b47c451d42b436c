"""What became of a commit whose answer was lost: each write leaves a random mark, by which it is known again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sheaf.adapters.firestore import encoding
from sheaf.adapters.store import values
from sheaf.ports.store import Written


def marks(request: Any) -> dict[str, int] | None:
    """The marks that a ``CommitRequest`` leaves, by the documents' full names.

    None where they would not do for an answer: it deletes, writes a document twice, or adds to what others may have added to since.
    """
    found: dict[str, int] = {}
    for write in request.writes:
        if write.delete or write.update_transforms or write.update.name in found:
            return None
        found[write.update.name] = write.update.fields[values.WRITE_MARK].integer_value
    return found


def written(marked: dict[str, int], answers: Iterable[Any]) -> list[Written] | None:
    """What was written, from the answers to a ``BatchGetDocumentsRequest`` for all of the documents; None unless each is as it was left."""
    there = {answer.found.name: answer.found for answer in answers if answer.HasField("found")}
    if any(name not in there or there[name].fields[values.WRITE_MARK].integer_value != mark for name, mark in marked.items()):
        return None
    return [Written(encoding.version(there[name].update_time), {}) for name in marked]
