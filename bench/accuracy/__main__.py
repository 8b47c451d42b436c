"""``python -m bench.accuracy FOLDER [--fields SPEC] [--engine NAME] [--limit N] [--half tuned|held_out] [--json] [--wrong FIELD]``."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from bench.accuracy.folder import Labelled, load
from bench.accuracy.score import Score, calibration_error, total
from sheaf.documents.model import Document
from sheaf.domain.errors import FileProblem
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.rows import MISSING, Cell, Row
from sheaf.extraction.engine import Engine
from sheaf.extraction.evaluation import printed
from sheaf.extraction.parsing.dates import infer_order
from sheaf.extraction.spec import load_fields, parse_fields

_OWN_FIELDS = Path(__file__).parent / "fields"
_COLUMNS = ("field", "n", "exact", "normalised", "precision", "recall", "coverage", "empty_right")


def main(arguments: Sequence[str] | None = None) -> None:
    """Score an engine on a labelled folder and print a table per half."""
    options = _options(arguments)
    fields = _fields(options.fields, options.folder)
    engine = _engine(options.engine)
    documents = [one for one in load(options.folder) if options.half in (None, one.half)][: options.limit]
    halves = {half: [one for one in documents if one.half == half] for half in ("tuned", "held_out")}
    reports = [_run(engine, fields, half, chosen, options.wrong) for half, chosen in halves.items() if chosen]
    if options.json:
        print(json.dumps(reports))
    else:
        for report in reports:
            _print(report)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description="Score an engine on a labelled folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--fields", help="inline spec, or a JSON file; default: its fields.json, the set named like it, else the truth's names"
    )
    parser.add_argument("--engine", default="embedded")
    parser.add_argument("--limit", type=int, help="at most this many documents")
    parser.add_argument("--half", choices=("tuned", "held_out"), help="only one half; rules are tuned on the first")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", metavar="FIELD", help="also list what was read wrongly for a field")
    return parser.parse_args(arguments)


def _fields(spec: str | None, folder: Path) -> tuple[Field, ...]:
    if spec and spec.endswith(".json"):
        return load_fields(Path(spec))
    if spec:
        return parse_fields(spec)
    for own in (folder / "fields.json", _OWN_FIELDS / f"{folder.resolve().name}.json"):
        if own.exists():
            return load_fields(own)
    return parse_fields(",".join(dict.fromkeys(name for one in load(folder) for name in one.truth)))


def _engine(name: str) -> Engine:
    from sheaf.extraction.engines.embedded import EmbeddedEngine

    if name != "embedded":
        raise SystemExit(f"No engine is named {name!r}; there is: embedded.")
    return EmbeddedEngine()


def _run(engine: Engine, fields: Sequence[Field], half: str, documents: Sequence[Labelled], wrong: str | None) -> dict[str, Any]:
    scores = {field.name: Score() for field in fields}
    read_seconds = engine_seconds = 0.0
    pages = failed = 0
    order = infer_order("\n".join(str(value) for labelled in documents for value in labelled.truth.values()))
    for labelled in documents:
        started = time.perf_counter()
        try:
            document = labelled.read()
        except FileProblem as problem:
            failed += 1
            print(f"{labelled.file}: {problem}")
            continue
        finally:
            read_seconds += time.perf_counter() - started
        started = time.perf_counter()
        rows = _rows(engine, document, fields, labelled)
        engine_seconds += time.perf_counter() - started
        pages += len(document.pages)
        for truth, row in rows:
            for field in fields:
                cell = row.cells[field.name] if row else MISSING
                score = scores[field.name].add(field, cell, truth.get(field.name), order)
                if wrong == field.name and score < 1.0:
                    _show(labelled.file, truth.get(field.name), cell, score)
    whole = total(scores.values())
    return {
        "half": half,
        "documents": len(documents),
        "failed": failed,
        "rows": [*(score.row(name) for name, score in scores.items()), whole.row("all")],
        "calibration_error": calibration_error(whole.sure),
        "reading_seconds_per_page": round(read_seconds / max(pages, 1), 4),
        "engine_seconds_per_page": round(engine_seconds / max(pages, 1), 4),
        "sure": whole.sure,
    }


def _rows(engine: Engine, document: Document, fields: Sequence[Field], labelled: Labelled) -> list[tuple[dict[str, Any], Row | None]]:
    """The truth of every row beside the row that was read, None where it did not come out."""
    mode = RowMode.TABLE_ROW if labelled.rows else RowMode.FILE
    truths = labelled.rows or (labelled.truth,)
    return list(zip_longest(truths, islice(engine.extract(document, fields, rows=mode).rows, len(truths))))


def _show(file: str, truth: object, cell: Cell, score: float) -> None:
    value = printed(cell.value) if cell.value is not None else cell.state.value
    label = cell.evidence.label if cell.evidence else None
    print(f"  {file[-32:]:32} {score:.2f} want {truth!r} got {value!r} ({cell.confidence:.2f}, label {label!r})")


def _print(report: dict[str, Any]) -> None:
    print(f"\n{report['half']}: {report['documents']} documents, {report['failed']} not read")
    print(" ".join(f"{name:>12}" for name in _COLUMNS))
    for row in report["rows"]:
        print(" ".join(f"{'-' if row[name] is None else row[name]!s:>12}" for name in _COLUMNS))
    print(
        f"calibration error {report['calibration_error']}; seconds per page: "
        f"reading {report['reading_seconds_per_page']}, engine {report['engine_seconds_per_page']}"
    )


if __name__ == "__main__":
    main()
