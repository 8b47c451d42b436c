"""Writes ``samples/``: the documents, their true values, the fields to read and what each file is. The same bytes each time.

Usage: python -m tools.make_samples [FOLDER]

FOLDER is samples/ of this project unless it is given.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.sample_documents import (
    agreement,
    archive,
    assembly,
    building,
    drawing,
    invoice_british,
    invoice_dutch,
    invoice_french,
    invoice_german,
    invoice_italian,
    invoice_spanish,
    job_sheet,
    mail,
    open_items,
    order_page,
    purchase_order,
    receipt,
    receipt_photo,
    statement,
    ubl_invoice,
)
from tools.sample_documents.register import FIELDS
from tools.sample_documents.sample import Sample

DOCUMENTS = (
    invoice_british,
    invoice_german,
    invoice_french,
    invoice_dutch,
    invoice_spanish,
    invoice_italian,
    ubl_invoice,
    receipt,
    receipt_photo,
    agreement,
    job_sheet,
    purchase_order,
    open_items,
    order_page,
    statement,
    drawing,
    assembly,
    building,
    mail,
    archive,
)
README = """# Samples

Documents made for Sheaf, of the kinds that reach a team every day. `make run` reads them all.
Every company, person, address, account and number in them is invented; sums add up and check digits are right.
They are the project's own work under its licence (Apache-2.0), written by `tools/make_samples.py`: change a document there, never here.

| file | what it is |
|---|---|
{rows}

- `fields.json`: the fields to read, as `sheaf extract --fields samples/fields.json` takes them.
- `truth.jsonl`: the true values, one line a document (`archive.zip/folder/member` and `mail.eml/attachment` for files inside others);
  null where the document has none. The line of a list of many documents also carries `rows`, the truth of each of its rows.
"""


def main(arguments: Sequence[str]) -> int:
    """Write every file; returns the exit code."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent.parent / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    samples = [module.sample() for module in DOCUMENTS]
    for sample in samples:
        (folder / sample.name).write_bytes(sample.data)
    _write(folder / "fields.json", json.dumps(FIELDS, ensure_ascii=False, indent=2) + "\n")
    _write(folder / "truth.jsonl", "".join(_truth(sample) for sample in _all(samples)))
    _write(folder / "README.md", README.format(rows="\n".join(f"| `{sample.name}` | {sample.about} |" for sample in _all(samples))))
    return 0


def _all(samples: Sequence[Sample]) -> Iterator[Sample]:
    for sample in samples:
        yield sample
        yield from sample.members


def _truth(sample: Sample) -> str:
    if sample.truth is None:
        return ""
    line: dict[str, object] = {"file": sample.name, **sample.truth.as_json()}
    if sample.rows:
        line["rows"] = [row.as_json() for row in sample.rows]
    return json.dumps(line, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
