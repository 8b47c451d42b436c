"""The process that fuzzes one format; started by ``python -m tools.fuzz``, which shows what it finds."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import traceback
import warnings
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import atheris

from sheaf.catalog import FORMATS
from tools.fuzz.__main__ import FINDINGS

_OWN = f"{os.sep}sheaf{os.sep}"


class TooSlow(BaseException):
    """A file took more processor time than it may; no reader can mistake it for an error of its own."""


class Hunt:
    """One format's reader under fire."""

    def __init__(self, name: str, slowest: float, folder: Path) -> None:
        self._name, self._slowest = name, slowest
        self._path = folder / "input"
        self._known = {path.name for path in (FINDINGS / name).iterdir()}

    def try_one(self, data: bytes) -> None:
        """Read one file; whatever goes wrong is kept under a name of its kind."""
        from tests.unit.documents.soundness import take

        self._path.write_bytes(data or b"\0")
        signal.setitimer(signal.ITIMER_VIRTUAL, self._slowest)
        try:
            take(self._name, self._path)
        except (Exception, TooSlow) as error:  # noqa: BLE001 - whatever a reader raises is what is looked for
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            self._keep(error, data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _keep(self, error: BaseException, data: bytes) -> None:
        kind = kind_of(error)
        if kind not in self._known:
            self._known.add(kind)
            (FINDINGS / self._name / kind).write_bytes(data)
            print(f"{self._name}: {kind}: {error}", file=sys.stderr, flush=True)


def kind_of(error: BaseException) -> str:
    """The name under which a finding is kept: its type, and the line of Sheaf's own that it came from."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _OWN in frame.filename or "soundness" in frame.filename]
    where = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "outside"
    return f"{type(error).__name__}-{where}.bin"


def mutated(data: bytes, largest: int, seed: int) -> bytes:
    """A variant of the data; of an archive as often of one of its parts as of the whole."""
    from tests.unit.documents.damage import inside

    chance = random.Random(seed)  # noqa: S311 - no secret
    if not data.startswith(b"PK") or chance.random() < 1 / 2:
        return bytes(atheris.Mutate(data, largest))
    return inside(data, chance.randrange(1000), lambda part: bytes(atheris.Mutate(part, largest)))[:largest]


def again(name: str, finding: Path) -> None:
    """Read one file as the hunt does, and let it fail as it does."""
    from tests.unit.documents.soundness import take

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input"
        path.write_bytes(finding.read_bytes())
        print(take(name, path) or "read")


def stop(_number: int, _frame: FrameType | None) -> None:
    """Interrupt the reading at hand."""
    raise TooSlow


def main(name: str, slowest: str, options: list[str]) -> None:
    """Fuzz until the time is over; libFuzzer ends the process."""
    # Not shown, since readers meet oddities all the time.
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGVTALRM, stop)
    # What is measured must be loaded under the measure.
    with atheris.instrument_imports(include=["sheaf.documents"], enable_loader_override=False):
        import_module(FORMATS[name].module)
        import_module("sheaf.documents.sniff")
    from tests.unit.documents.samples import sample

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        (corpus / "sample").write_bytes(sample(name))
        hunt = Hunt(name, float(slowest), Path(folder))
        arguments: list[Any] = [sys.argv[0], str(corpus), *options]
        atheris.Setup(arguments, hunt.try_one, custom_mutator=mutated)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
