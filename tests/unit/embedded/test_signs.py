"""The signs of life between a worker and its supervisor."""

from __future__ import annotations

import io
import os

from sheaf.embedded.signs import Signs, Vitals


def _noted(*lines: bytes) -> Vitals:
    vitals = Vitals()
    for line in lines:
        vitals.note(line)
    return vitals


def test_what_one_end_says_the_other_understands() -> None:
    """Ready, busy and idle arrive as what they mean."""
    pipe = io.BytesIO()
    signs = Signs(pipe)
    signs.ready()
    signs.busy(600.0)
    busy = _noted(*pipe.getvalue().splitlines(keepends=True))
    signs.idle()
    idle = _noted(*pipe.getvalue().splitlines(keepends=True))
    assert busy.ready
    assert busy.due is not None
    assert not busy.useful
    assert idle.useful
    assert idle.due is None


def test_only_what_is_overdue_is_overdue() -> None:
    """An idle worker and one within its time are left alone."""
    assert not _noted(b"ready\n").overdue(0.0)
    assert not _noted(b"busy 3600\n").overdue(0.0)
    assert _noted(b"busy -1\n").overdue(0.0)
    assert not _noted(b"busy -1\n").overdue(60.0)


def test_noise_is_no_sign() -> None:
    """A line that means nothing harms nothing."""
    assert _noted(b"busy soon\n", b"\xff\xfe\n", b"\n").due is None


def test_nobody_listening_is_no_error() -> None:
    """A worker whose supervisor has gone goes on to its orderly end."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb", buffering=0) as pipe:
        Signs(pipe).idle()
