"""Long tables in flat memory: 15,000 rows, and 1,000,000 when trying hard (``HYPOTHESIS_PROFILE=deep``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.findings import ROOT

_ROWS = 1_000_000 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 15_000
#: Reads a file row by row and tells how many rows went in and out, and how large the process was before, after reading and at the end.
_PROGRAM = """
import json, resource, sys
from pathlib import Path
from sheaf import bootstrap
from sheaf.domain.fields import RowMode
from sheaf.extraction.assemble import extract
from sheaf.extraction.concepts import understand
from sheaf.extraction.spec import parse_fields

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

readings = understand(parse_fields("number,date:date,supplier,sum:amount"))
small = bootstrap.formats().read(Path(sys.argv[1]), name="a.csv")
list(extract(small, readings, RowMode.TABLE_ROW).rows)
before = peak()
found = extract(bootstrap.formats().read(Path(sys.argv[2]), name="a.csv"), readings, RowMode.TABLE_ROW)
read = peak()
out = sum(1 for _ in found.rows)
print(json.dumps({"in": found.rows_in, "out": out, "before": before, "read": read, "end": peak()}))
"""


def _line(number: int) -> str:
    note = f'"in {number},\nover two lines"' if number % 50 == 0 else "plain"
    return f"RE-{number:07};{number % 28 + 1:02}.03.2024;Alfa GmbH;{number % 97},50;{note}\n"


def _csv(path: Path, rows: int) -> int:
    with path.open("w", encoding="utf-8") as file:
        file.write("Number;Date;Supplier;Sum;Note\n")
        file.writelines(map(_line, range(rows)))
    return path.stat().st_size


@pytest.mark.skipif(sys.platform == "win32", reason="tells a process's size as Unix does")
def test_a_long_table_takes_its_own_size_and_every_row_comes_out(tmp_path: Path) -> None:
    """Reading costs a few times the file, whatever the rows; taking them out costs nothing that grows with their number."""
    _csv(tmp_path / "small", 200)
    size = _csv(tmp_path / "large", _ROWS)
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path / "small"), str(tmp_path / "large")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    told = json.loads(answer.stdout)
    assert told["in"] == told["out"] == _ROWS
    assert told["read"] - told["before"] <= 4 * size + 2**23
    assert told["end"] - told["read"] <= 2**23
