"""A drawing opened by ezdxf, whatever state it is in."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from sheaf.documents.bounds import check_size, too_large
from sheaf.documents.limits import Limits
from sheaf.domain.errors import FailureCategory, FileProblem

#: A drawing takes some twenty times its size in memory; real ones of more are point clouds and maps.
MAX_BYTES = 48 * 2**20


def opened(path: Path, limits: Limits) -> tuple[Any, list[str]]:
    """The drawing, and notes on what was repaired in it.

    Raises:
        FileProblem: ``empty``, ``too_large`` or ``corrupt``.
    """
    size = check_size(path, limits)
    if size > MAX_BYTES:
        raise too_large("The drawing", size, MAX_BYTES)
    # It tells of each repair; the notes say that there were some.
    logging.getLogger("ezdxf").setLevel(logging.CRITICAL)
    import ezdxf

    try:
        return ezdxf.readfile(path), []  # type: ignore[attr-defined]  # re-exported without being named in its __all__
    except Exception:  # noqa: BLE001 - a damaged file may lead it to raise anything; what follows tries harder
        return _recovered(path)


def _recovered(path: Path) -> tuple[Any, list[str]]:
    from ezdxf import recover

    try:
        drawing, auditor = recover.readfile(path)
    except Exception as error:  # as above, and now nothing is left to try
        raise FileProblem(FailureCategory.CORRUPT, "The drawing is damaged and cannot be read.") from error
    lost = len(auditor.errors)
    return drawing, ["The drawing is damaged; what could be repaired was read."] + ([f"{lost} errors in it remain."] if lost else [])
