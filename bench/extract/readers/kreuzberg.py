"""kreuzberg, with its cache off; its Tesseract reads pictures with the language data that is beside it in its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from kreuzberg import ExtractionConfig, ExtractionResult, OcrConfig, extract_file_sync

from bench.extract.work import CannotRun, Found, Reading, Work, Works

ABOUT = "the text of every page as a whole, without boxes; tables it is sure of; Tesseract's recognition, without boxes; no fields"

#: What Tesseract is told of the language of both pictures; the data for Italian has no package.
_LANGUAGES = "deu+eng"
_DATA = "TESSDATA_PREFIX"


def _plain(found: Callable[[ExtractionResult], Found]) -> Callable[[], Reading]:
    config = ExtractionConfig(use_cache=False)
    return lambda: lambda path: found(extract_file_sync(str(path), config=config))


def _picture() -> Reading:
    _use_data()
    config = ExtractionConfig(use_cache=False, ocr=OcrConfig(backend="tesseract", language=_LANGUAGES))
    return lambda path: _text(extract_file_sync(str(path), config=config))


def _use_data() -> None:
    """Point Tesseract at the data in this environment, unless it has been pointed elsewhere."""
    own = Path(sys.prefix) / "share" / "tessdata"
    os.environ.setdefault(_DATA, str(own))
    lacking = [name for name in _LANGUAGES.split("+") if not Path(os.environ[_DATA], f"{name}.traineddata").exists()]
    if lacking:
        raise CannotRun(f"its Tesseract has no language data here for {', '.join(lacking)}")


def _text(result: ExtractionResult) -> Found:
    return Found(words=len(result.content.split()), text=result.content)


def _rows(result: ExtractionResult) -> Found:
    return Found(rows=[list(row) for table in result.tables for row in table.cells])


WORKS: Works = {
    Work.WORDS: _plain(_text),
    Work.TABLES: _plain(_rows),
    Work.PHOTOGRAPH: _picture,
    Work.SCAN: _picture,
}
