"""``python -m bench.accuracy FOLDER… [--fields SPEC] [--engine NAME] [--limit N] [--half tuned|held_out] [--json] [--wrong FIELD]``.

``--rules`` lists the embedded engine's rules, ``--without RULE`` reads without one, ``--ablation`` tells what each earns.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench.accuracy.ablation import print_ablation
from bench.accuracy.folder import load
from bench.accuracy.learning import print_curve
from bench.accuracy.reliability import print_reliability
from bench.accuracy.run import Set, score
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field
from sheaf.extraction.engine import Engine
from sheaf.extraction.labelled import has_truth
from sheaf.extraction.rules import every_rule, without
from sheaf.extraction.spec import load_fields, parse_fields

_OWN_FIELDS = Path(__file__).parent / "fields"
_COLUMNS = ("field", "n", "exact", "normalised", "precision", "recall", "coverage", "empty_right", "states")
_HALVES = ("tuned", "held_out")


def main(arguments: Sequence[str] | None = None) -> None:
    """Score an engine on labelled folders and print a table per folder and half."""
    options = _options(arguments)
    if options.rules:
        print("\n".join(f"{rule.name:28} {rule.assumes}" for rule in every_rule()))
        return
    sets = [_set(folder, name, options) for given in options.folder for folder, name in _folders(given)]
    engine = _engine(options.engine)
    try:
        with without(options.without) if options.without else nullcontext():
            _answer(engine, sets, options)
    except InvalidInput as error:
        raise SystemExit(str(error)) from None


def _answer(engine: Engine, sets: Sequence[Set], options: argparse.Namespace) -> None:
    if options.learning:
        for one in sets:
            print_curve(one)
        return
    if options.ablation:
        print_ablation(engine, [one.half(options.half) if options.half else one for one in sets])
        return
    reports = []
    for one in sets:
        halves = {half: one.half(half) for half in _HALVES if options.half in (None, half)}
        reports += [{"set": one.name} | score(engine, part, options.wrong).report(half) for half, part in halves.items() if part.documents]
    if options.reliability:
        print_reliability(options.reliability, reports)
        return
    if options.json:
        print(json.dumps(reports))
        return
    for report in reports:
        _print(report)
    if len(sets) > 1:
        _print_whole(reports)


def _folders(given: Path) -> list[tuple[Path, str]]:
    """The folder with its name; or, where it holds no truth, those in it that do, as bench.papers writes them."""
    name = given.resolve().name
    inside = [] if has_truth(given) else [one for one in sorted(given.glob("*/")) if has_truth(one)]
    return [(one, f"{name}/{one.name}") for one in inside] or [(given, name)]


def _set(folder: Path, name: str, options: argparse.Namespace) -> Set:
    documents = load(folder)[: options.limit]
    return Set(name, _fields(options.fields, folder), tuple(documents))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description="Score an engine on labelled folders.")
    parser.add_argument("folder", type=Path, nargs="*")
    parser.add_argument(
        "--fields",
        help="inline spec, or a JSON file; default: its fields.json or spec.txt, the set named like it, else the truth's names",
    )
    parser.add_argument("--engine", default="embedded")
    parser.add_argument("--limit", type=int, help="at most this many documents of each folder")
    parser.add_argument("--half", choices=_HALVES, help="only one half; rules are tuned on the first")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", metavar="FIELD", help="also list what was read wrongly for a field")
    parser.add_argument("--rules", action="store_true", help="list the rules of the embedded engine and what each assumes, and stop")
    parser.add_argument("--without", metavar="RULE", action="append", help="read without this rule; may be given again")
    parser.add_argument("--ablation", action="store_true", help="read without each rule in turn: what it earns, in points of a thousand")
    parser.add_argument("--learning", action="store_true", help="learn from 0 to 50 documents of the tuned half, score the other one")
    parser.add_argument("--reliability", type=Path, metavar="SVG", help="draw how many of the values of each confidence are right")
    return parser.parse_args(arguments)


def _fields(spec: str | None, folder: Path) -> tuple[Field, ...]:
    if spec and spec.endswith(".json"):
        return load_fields(Path(spec))
    if spec or (folder / "spec.txt").exists():
        return parse_fields(spec or (folder / "spec.txt").read_text(encoding="utf-8"))
    for own in (folder / "fields.json", _OWN_FIELDS / f"{folder.resolve().name}.json"):
        if own.exists():
            return load_fields(own)
    return parse_fields(",".join(dict.fromkeys(name for one in load(folder) for name in one.truth)))


def _engine(name: str) -> Engine:
    from sheaf.extraction.engines.embedded import EmbeddedEngine

    if name != "embedded":
        raise SystemExit(f"No engine is named {name!r}; there is: embedded.")
    return EmbeddedEngine()


def _print(report: dict[str, Any]) -> None:
    print(f"\n{report['set']}, {report['half']}: {report['documents']} documents, {report['failed']} not read")
    print(" ".join(f"{name:>12}" for name in _COLUMNS))
    for row in report["rows"]:
        print(" ".join(f"{'-' if row[name] is None else row[name]!s:>12}" for name in _COLUMNS))
    print(
        f"calibration error {report['calibration_error']}; boxes that hold what they cite {report['boxes_right']}/{report['boxes']}; "
        f"processor seconds per page: reading {report['reading_seconds_per_page']}, engine {report['engine_seconds_per_page']}"
    )


def _print_whole(reports: Sequence[dict[str, Any]]) -> None:
    """One line per set and half, and their mean."""
    print(f"\n{'set':>14} {'half':>9} {'normalised':>10} {'precision':>10} {'states':>8}")
    for report in reports:
        whole = report["rows"][-1]
        print(f"{report['set']:>14} {report['half']:>9} {whole['normalised']:>10} {whole['precision']!s:>10} {whole['states']:>8}")
    for half in _HALVES:
        values = [report["rows"][-1]["normalised"] for report in reports if report["half"] == half]
        if values:
            print(f"{'mean':>14} {half:>9} {sum(values) / len(values):>10.3f}")


if __name__ == "__main__":
    main()
