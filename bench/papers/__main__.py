"""``python -m bench.papers FOLDER [--seed N] [--count N] [--kind KIND]``: write made-up documents, a folder per kind, with their truth.

``python -m bench.accuracy FOLDER/*`` scores an engine on them. Wording comes from ``words/*.toml``, which was written from what issuers of
the seven languages print, without the engine's lexicon; keep it so. Rules are tuned on even seeds; odd ones are for looking, once.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from bench.papers.kinds import KINDS, SPECS, dice_of
from bench.papers.layouts import print_paper
from bench.papers.sheet import Sheets
from bench.papers.tongue import LANGUAGES, tongue

FONTS = ("Helvetica", "Times")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the documents."""
    parser = argparse.ArgumentParser(prog="python -m bench.papers", description="Write made-up documents with their truth.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0, help="even seeds are for tuning, odd ones for looking once")
    parser.add_argument("--count", type=int, default=2, help="documents of each kind in each language")
    parser.add_argument("--kind", choices=sorted(KINDS), action="append", help="only this kind; may be given again")
    options = parser.parse_args(arguments)
    for kind in options.kind or KINDS:
        write(options.folder / kind, kind, options.seed, options.count)


def write(folder: Path, kind: str, seed: int, count: int) -> None:
    """Write ``count`` documents of a kind in each language, ``truth.jsonl`` and ``spec.txt`` beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    truths = []
    for language in LANGUAGES:
        for number in range(count):
            name = f"{kind}-{language}-{seed}-{number}.pdf"
            dice = dice_of(kind, language, seed, number)
            paper = KINDS[kind](tongue(language, dice))
            print_paper(paper, Sheets(folder / name, dice.choice(FONTS)), dice)
            truths.append({"file": name, **paper.truth, "states": paper.states})
    lines = "".join(json.dumps(truth, ensure_ascii=False) + "\n" for truth in truths)
    (folder / "truth.jsonl").write_text(lines, encoding="utf-8")
    (folder / "spec.txt").write_text(SPECS[kind], encoding="utf-8")


if __name__ == "__main__":
    main()
