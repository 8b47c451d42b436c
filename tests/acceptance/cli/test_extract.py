"""``sheaf extract``: every file accounted for, in the order given, in every form of output."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import threading
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from sheaf.cli.main import cli
from tests.acceptance.cli.kit import PATIENCE_S, Shell, write_notes

_FIELDS = "order_number,total:amount"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called; nothing of the environment's settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("SHEAF_URL", "SHEAF_API_KEY", "SHEAF_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def _extract(*arguments: str, stdin: str = "", fields: str = _FIELDS) -> Result:
    return CliRunner().invoke(cli, ["extract", *arguments, "--fields", fields], input=stdin)


def _rows(*arguments: str, stdin: str = "", fields: str = _FIELDS, code: int = 0) -> list[Any]:
    done = _extract(*arguments, "--json", stdin=stdin, fields=fields)
    assert done.exit_code == code, done.output
    rows: list[Any] = json.loads(done.stdout)["rows"]
    return rows


def _note(path: Path, number: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Delivery note\n\nOrder number: {number}\nTotal: 12.50 EUR\n")


def _write_formats(folder: Path) -> list[str]:
    """One document in several formats, and what it is in each of them: the names, in an order that no sorting makes."""
    _note(folder / "z.txt", "T-1")
    (folder / "m.html").write_text("<table><tr><td>Order number</td><td>H-2</td></tr><tr><td>Total</td><td>12.50 EUR</td></tr></table>")
    (folder / "a.json").write_text('{"order_number": "J-3", "total": "12.50 EUR"}')
    (folder / "k.xml").write_text("<order><order_number>X-4</order_number><total>12.50 EUR</total></order>")
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Your order", "shop@example.com", "you@example.com"
    mail.set_content("Order number: M-5\nTotal: 12.50 EUR\n")
    (folder / "b.eml").write_bytes(bytes(mail))
    return ["z.txt", "m.html", "a.json", "k.xml", "b.eml"]


def _tables(path: Path) -> Sequence[Sequence[Any]]:
    """The lines of an output file below its header, whatever its format: file, order number, amount, currency."""
    match path.suffix:
        case ".csv":
            lines = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
            return [[each["file"], each["order_number"], float(each["total"]), each["total_currency"]] for each in lines]
        case ".xlsx":
            return _workbook(path)
        case ".json":
            found = json.loads(path.read_text())
        case _:
            found = [json.loads(line) for line in path.read_text().splitlines()]
    return [_flat(each) for each in found]


def _flat(row: Any) -> list[Any]:
    values = row["values"]
    return [row["file"], values["order_number"], float(values["total"]["amount"]), values["total"]["currency"]]


def _workbook(path: Path) -> list[list[Any]]:
    header, *lines = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    columns = [header.index(name) for name in ("file", "order_number", "total", "total_currency")]
    return [[line[column] for column in columns] for line in lines]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "jsonl"])
def test_several_formats_into_every_output(folder: Path, ending: str) -> None:
    """The same values, typed as the output can, in the order given."""
    names = _write_formats(folder)
    done = _extract(*names, "--output", f"out.{ending}")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    expected = [[name, number, 12.5, "EUR"] for name, number in zip(names, ["T-1", "H-2", "J-3", "X-4", "M-5"], strict=True)]
    assert _tables(folder / f"out.{ending}") == expected


def test_what_a_line_of_json_holds(folder: Path) -> None:
    """File, row, values, cells with state, confidence and evidence, and no error."""
    _note(folder / "a.txt", "T-1")
    assert _extract("a.txt", "-o", "out.jsonl").exit_code == 0
    row = json.loads((folder / "out.jsonl").read_text())
    assert list(row) == ["file", "row", "values", "cells", "violations", "error"]
    assert (row["file"], row["row"], row["error"]) == ("a.txt", 0, None)
    assert row["values"]["total"] == {"amount": "12.50", "currency": "EUR"}
    cell = row["cells"]["order_number"]
    assert (cell["value"], cell["state"]) == ("T-1", "found")
    assert 0 < cell["confidence"] <= 1
    assert cell["evidence"]["text"] == "T-1"


def test_every_input_is_a_row_in_the_order_given(folder: Path) -> None:
    """Missing, empty, broken and good ones; the exit code says that not all were read."""
    for name in ("b.txt", "a.txt"):
        _note(folder / name, name)
    (folder / "empty.txt").touch()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of one")
    rows = _rows("b.txt", "gone.pdf", "empty.txt", "a.txt", "broken.pdf", code=1)
    assert [row["file"] for row in rows] == ["b.txt", "gone.pdf", "empty.txt", "a.txt", "broken.pdf"]
    categories = [row["error"] and row["error"]["category"] for row in rows]
    assert categories == [None, "file_missing", "empty", None, "corrupt"]
    assert "no such file" in rows[1]["error"]["message"]


def test_all_missing_is_a_table_of_errors(folder: Path) -> None:
    """The output is written all the same."""
    done = _extract("x.pdf", "y.pdf", "-o", "out.csv")
    assert done.exit_code == 1
    lines = list(csv.DictReader(io.StringIO((folder / "out.csv").read_text("utf-8-sig"))))
    assert [(line["file"], line["error"].partition(":")[0]) for line in lines] == [("x.pdf", "file_missing"), ("y.pdf", "file_missing")]
    assert "2 of 2 files could not be read" in done.stderr


def test_files_of_one_name_are_told_apart(folder: Path) -> None:
    """By the path as it was given, be it relative, upwards or absolute."""
    for number, where in enumerate(("one", "two", "here/deeper"), 1):
        _note(folder / where / "a.txt", f"N-{number}")
    absolute = str(folder / "here" / "deeper" / "a.txt")
    names = ["one/a.txt", "./two/a.txt", "one/../two/a.txt", absolute]
    rows = _rows(*names)
    assert [row["file"] for row in rows] == names
    assert [row["values"]["order_number"] for row in rows] == ["N-1", "N-2", "N-2", "N-3"]


def test_a_folder_is_walked_in_order_without_what_is_hidden(folder: Path) -> None:
    """Files are named below the folder as it was given."""
    for name in ("in/b.txt", "in/a.txt", "in/sub/c.txt", "in/.hidden.txt", "in/.git/d.txt"):
        _note(folder / name, "N")
    assert [row["file"] for row in _rows("in/")] == ["in/a.txt", "in/b.txt", "in/sub/c.txt"]


def test_patterns_and_lists_from_standard_input(folder: Path) -> None:
    """A quoted pattern is matched, - reads names, and both keep their place."""
    for name in ("x1.txt", "x2.txt", "l1.txt", "l2.txt"):
        _note(folder / name, name)
    rows = _rows("-", "x*.txt", "none*.txt", stdin="l2.txt\n\nl1.txt\r\n", code=1)
    assert [row["file"] for row in rows] == ["l2.txt", "l1.txt", "x1.txt", "x2.txt", "none*.txt"]


def test_members_of_an_archive_stand_in_its_place(folder: Path) -> None:
    """Each under the archive's name as given; an archive without any is a row of its own."""
    _note(folder / "a.txt", "A")
    with zipfile.ZipFile(folder / "in.zip", "w") as archive:
        archive.writestr("deep/m1.txt", "Order number: M1\nTotal: 1.00 EUR\n")
        archive.writestr("m2.txt", "Order number: M2\nTotal: 1.00 EUR\n")
    with zipfile.ZipFile(folder / "none.zip", "w"):
        pass
    rows = _rows("./in.zip", "none.zip", "a.txt", code=1)
    assert [row["file"] for row in rows] == ["./in.zip/deep/m1.txt", "./in.zip/m2.txt", "none.zip", "a.txt"]
    assert rows[2]["error"]["category"] == "empty"


def test_a_row_for_each_row_of_a_table(folder: Path) -> None:
    """Rows of a sheet come out as they went in, counted within their file."""
    (folder / "orders.csv").write_text("order_number,total\n" + "".join(f"O-{n},{n}.00 EUR\n" for n in range(40)))
    done = _extract("orders.csv", "--rows", "table_row", "--json")
    rows = json.loads(done.stdout)["rows"]
    assert [(row["row"], row["values"]["order_number"]) for row in rows] == [(n, f"O-{n}") for n in range(40)]


def test_the_summary_says_how_many_rows_there_are(folder: Path) -> None:
    """Where a file can be many of them, in words and as JSON."""
    (folder / "orders.csv").write_text("order_number,total\n" + "".join(f"O-{n},{n}.00 EUR\n" for n in range(1200)))
    done = _extract("orders.csv", "--rows", "table_row", "-o", "out.csv")
    assert done.stderr.strip() == "out.csv: 1 file read, 1,200 rows."
    in_json = _extract("orders.csv", "--rows", "table_row", "-o", "out.csv", "--json")
    assert json.loads(in_json.stdout) == {"files": 1, "failed": 0, "rows_read": 1200, "output": "out.csv"}


@pytest.mark.parametrize("quiet", [["--quiet"], []])
def test_what_could_not_be_read_is_named(folder: Path, quiet: list[str]) -> None:
    """Members of archives by their own names, counted as a run counts them, even where silence was asked for."""
    with zipfile.ZipFile(folder / "in.zip", "w") as archive:
        archive.writestr("good.txt", "Order number: M1\nTotal: 1.00 EUR\n")
        for number in range(11):
            archive.writestr(f"bad{number:02d}.txt", "")
    done = _extract("in.zip", "gone.txt", "-o", "out.csv", *quiet)
    assert (done.exit_code, done.stdout) == (1, "")
    first, *named, last = done.stderr.splitlines()
    assert first == "out.csv: 12 of 14 files could not be read (11 empty, 1 file missing)."
    assert [line.partition(":")[0] for line in named] == [f"  in.zip/bad{number:02d}.txt" for number in range(10)]
    assert last == "  and 2 more; the table names them all."


def test_names_that_no_encoding_knows_are_shown_as_they_can_be(folder: Path) -> None:
    """A file whose name is no text is read like any other."""
    try:
        _note(folder / "note-\udcff.txt", "N")
    except OSError:
        pytest.skip("this file system takes no such names")
    assert [row["file"] for row in _rows(".")] == ["note-\N{REPLACEMENT CHARACTER}.txt"]


def test_odd_names_lose_nothing(folder: Path) -> None:
    """Neither backslashes nor leading dots nor brackets turn one file into another."""
    names = ["a\\b.txt", "..c.txt", "[d].txt", "e\n.txt"]
    for name in names:
        _note(folder / name, "N-1")
    rows = _rows(*names)
    assert [row["file"] for row in rows] == names
    assert {row["values"]["order_number"] for row in rows} == {"N-1"}


def test_a_table_on_the_screen(folder: Path) -> None:
    """Columns for the fields, an error where there are no values, a summary apart."""
    _note(folder / "a.txt", "T-1")
    done = _extract("a.txt", "gone.txt")
    assert done.exit_code == 1
    header, good, bad = done.stdout.splitlines()
    assert header.split() == ["file", "order_number", "total", "error"]
    assert good.split() == ["a.txt", "T-1", "12.50", "EUR"]
    assert bad.startswith("gone.txt")
    assert "There is no such file." in bad
    assert "1 of 2 files could not be read (1 file missing)" in done.stderr


def test_sources_say_where_and_how_sure(folder: Path) -> None:
    """On the screen, and as columns of a file."""
    _note(folder / "a.txt", "T-1")
    assert "line 3" in _extract("a.txt", "--sources").stdout
    assert _extract("a.txt", "--sources", "-o", "out.csv").exit_code == 0
    header = (folder / "out.csv").read_text("utf-8-sig").splitlines()[0].split(",")
    assert "order_number_where" in header


def test_quiet_says_nothing(folder: Path) -> None:
    """Nothing on either output beside the file."""
    _note(folder / "a.txt", "T-1")
    done = _extract("a.txt", "--quiet", "-o", "out.csv")
    assert (done.exit_code, done.output) == (0, "")


def test_fields_from_a_file_and_from_a_template(folder: Path) -> None:
    """A JSON list of definitions, and a saved set by its name."""
    _note(folder / "a.txt", "T-1")
    (folder / "fields.json").write_text('[{"name": "order_number"}]')
    assert _rows("a.txt", fields="fields.json")[0]["values"] == {"order_number": "T-1"}
    runner = CliRunner()
    assert runner.invoke(cli, ["templates", "create", "Note", "--fields", "order_number"]).exit_code == 0
    done = runner.invoke(cli, ["extract", "a.txt", "--template", "note", "--json"])
    assert json.loads(done.stdout)["rows"][0]["values"] == {"order_number": "T-1"}
    assert runner.invoke(cli, ["extract", "a.txt", "--template", "nota"]).exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["a.txt"], "--fields"),
        (["a.txt", "--fields", "x", "--template", "y"], "either"),
        (["--fields", "x"], "FILES"),
        (["a.txt", "--fields", "x:amont"], "did you mean 'amount'"),
        (["a.txt", "--fields", "gone.json"], "gone.json"),
        (["a.txt", "--fields", "x", "-o", "out.pdf"], ".csv"),
        (["a.txt", "--fields", "x", "-o", "no/such/folder/out.csv"], "no folder"),
        (["a.txt", "--fields", "x", "--rows", "cell"], "cell"),
        (["empty-folder", "--fields", "x"], "no files"),
    ],
)
def test_what_makes_no_sense_is_code_2_and_a_sentence(folder: Path, arguments: list[str], says: str) -> None:
    """Nothing is read and nothing written; with --json the sentence is a problem document."""
    _note(folder / "a.txt", "T-1")
    (folder / "empty-folder").mkdir()
    before = sorted(folder.rglob("*"))
    done = CliRunner().invoke(cli, ["extract", *arguments])
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    in_json = CliRunner().invoke(cli, ["extract", *arguments, "--json"])
    assert in_json.exit_code == 2
    assert says in json.loads(in_json.stdout)["detail"]
    assert sorted(folder.rglob("*")) == before


def test_nothing_is_kept(folder: Path) -> None:
    """Neither the stores of the folder nor a temporary one remain."""
    temporary = folder / "tmp"
    temporary.mkdir()
    _note(folder / "a.txt", "T-1")
    Shell(folder, {"TMPDIR": str(temporary)}).ok("extract", "a.txt", "--fields", "order_number")
    assert list(temporary.iterdir()) == []
    assert not (folder / ".sheaf").exists()


def test_a_failed_output_leaves_the_old_one(folder: Path) -> None:
    """A table that cannot be written whole is not written at all."""
    _note(folder / "a.txt", "T-1")
    (folder / "out.csv").mkdir()
    done = _extract("a.txt", "-o", "out.csv")
    assert done.exit_code == 2
    assert [path.name for path in folder.iterdir() if path.name.startswith(".out")] == []


@pytest.mark.parametrize("output", ["orders.csv", "./orders.csv", "link.csv"])
@pytest.mark.parametrize("files", ["orders.csv", "."])
def test_an_input_is_never_written_over(folder: Path, output: str, files: str) -> None:
    """By whatever name or link the output is one of the inputs, alone or in a folder."""
    content = "order_number,total\nO-1,1.00 EUR\n"
    (folder / "orders.csv").write_text(content)
    (folder / "link.csv").symlink_to("orders.csv")
    done = _extract(files, "-o", output)
    assert done.exit_code == 2
    assert "is one of the inputs" in done.stderr
    assert (folder / "orders.csv").read_text() == content
    assert (folder / "link.csv").is_symlink()


def test_many_files_keep_their_order(folder: Path) -> None:
    """However the workers share them."""
    paths = write_notes(folder / "notes", 90)
    names = [f"notes/{path.name}" for path in reversed(paths)]
    rows = _rows(*names)
    assert [row["file"] for row in rows] == names
    assert rows[0]["values"]["order_number"] == "ORD-00089"


@pytest.mark.parametrize(
    ("number", "code", "says"), [(signal.SIGINT, 130, "Interrupted."), (signal.SIGTERM, 143, ""), (signal.SIGHUP, 129, "")]
)
def test_a_signal_ends_it_at_once_and_leaves_nothing(folder: Path, number: signal.Signals, code: int, says: str) -> None:
    """No trace, no worker, no temporary folder with copies of the documents."""
    temporary = folder / "tmp"
    temporary.mkdir()
    write_notes(folder / "notes", 400)
    # A signal may come between opening a file and keeping it; then the interpreter closes it, and would warn of that.
    shell = Shell(folder, {"TMPDIR": str(temporary), "PYTHONWARNINGS": "error,ignore::ResourceWarning"})
    with shell.start("extract", "notes", "--fields", _FIELDS, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        waiting = threading.Event()
        while not list(temporary.glob("*/consumers/*")):
            waiting.wait(0.02)
        os.killpg(process.pid, number)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code
    assert err.strip() == says
    assert list(temporary.iterdir()) == []
