"""A job's life by the command line, on the stores of a folder without a server and in the cloud; what is answered, how commands end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from sheaf.cli.main import cli
from tests.acceptance.cli.kit import write_notes
from tests.homes.choice import on_both_homes
from tests.homes.shipped import shipped

_FIELDS = "order_number,date:date,total:amount=Amount due"


class Line:
    """Calls commands in a folder."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self._environment = {"SHEAF_DATA_DIR": str(folder / "data"), **environment}

    def __call__(self, *arguments: str, stdin: str = "") -> Result:
        """Call a command."""
        return CliRunner().invoke(cli, [*arguments], input=stdin, env=self._environment)

    def json(self, *arguments: str, code: int = 0) -> Any:
        """What a command answers as JSON, and nothing else."""
        done = self(*arguments, "--json")
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    def text(self, *arguments: str, code: int = 0) -> str:
        """What a command says to people."""
        done = self(*arguments)
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done.stdout


@pytest.fixture(autouse=True)
def _no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SHEAF_URL", "SHEAF_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a scenario on both homes, unless it says why it is about the embedded one alone."""
    on_both_homes(metafunc, "line")


@pytest.fixture
def line(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Line]:
    """An empty installation."""
    if request.param == "embedded":
        yield Line(tmp_path)
        return
    home = shipped()
    home.empty()
    with home.working():
        yield Line(tmp_path, SHEAF_URL=home.installation.url, SHEAF_API_KEY=home.installation.key)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """An installation whose job "Notes" has a run with three files read and one failed, and a second run without files."""
    made = Line(tmp_path_factory.mktemp("done"))
    paths = write_notes(made.folder / "notes", 3)
    broken = made.folder / "notes" / "x-broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of one")
    made.json("jobs", "create", "Notes", "--fields", _FIELDS)
    made.json("files", "add", "Notes", *map(str, paths), str(broken))
    made.json("submit", "Notes", "--wait", code=1)
    made.json("runs", "create", "Notes", "--clone", "1")
    return made


def test_from_files_to_rows(line: Line, tmp_path: Path) -> None:
    """Create, add, submit, look, export: each step answers what the next one needs."""
    write_notes(tmp_path / "notes", 2)
    job = line.json("jobs", "create", "Notes", "--fields", _FIELDS)
    assert (job["status"], job["run_count"]) == ("READY", 1)
    assert line.json("files", "add", "Notes", "notes")["added"] == 2
    assert line.json("submit", "Notes", "--wait")["status"] == "completed"
    rows = line.json("results", "Notes")["rows"]
    assert [row["values"]["order_number"] for row in rows] == ["ORD-00000", "ORD-00001"]
    path = Path(line.json("export", "Notes")["path"])
    assert path.name == f"job_{job['id']}_run_{job['latest_run_id']}_results.csv"
    assert [each["date"] for each in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))] == ["2026-03-01", "2026-03-02"]
    assert line.json("jobs", "show", "notes")["status"] == "FINISHED"


def test_rows_that_break_a_rule_say_so(line: Line, tmp_path: Path) -> None:
    """From the rule that a job is created with to the row that it is told of, and to a correction that clears it."""
    write_notes(tmp_path / "notes", 2)
    rules = ["--rule", "small: total <= 1", "--rule", "unique(order_number)"]
    line.json("jobs", "create", "Notes", "--fields", _FIELDS, *rules)
    assert "total <= 1" in line.text("jobs", "show", "Notes")
    kept = line.json("rules", "show", "Notes")
    assert [rule["name"] for rule in kept["rules"]] == ["small", "unique(order_number)"]
    (tmp_path / "rules.json").write_text(json.dumps(kept))
    assert "2 rules" in line.text("rules", "set", "Notes", str(tmp_path / "rules.json"))
    line.json("files", "add", "Notes", "notes", "notes/note-000.txt")
    line.json("submit", "Notes", "--wait")
    summary = {rule["rule"]: rule["rows"] for rule in line.json("rules", "broken", "Notes")["rules"]}
    assert summary == {"small": 1, "unique(order_number)": 2}
    assert "1.50 EUR is more than 1." in line.text("rules", "broken", "Notes")
    shown = line.text("results", "Notes", "--rule", "small", "--sources")
    assert ("small: 1.50 EUR is more than 1." in shown, "ORD-00000" in shown) == (True, False)
    assert "small" in line.text("results", "Notes", "--rule", "small")
    line.json("edit", "Notes", line.json("results", "Notes", "--rule", "small")["rows"][0]["file"], "total=0.50 EUR")
    assert line.json("results", "Notes", "--rule", "small")["rows"] == []
    assert "1 rule" in line.text("rules", "set", "Notes", "total > 0", "--later")
    assert line.json("jobs", "show", "Notes")["rules"][0]["check"] == "total > 0"


def test_values_are_looked_up_in_other_files(line: Line, tmp_path: Path) -> None:
    """A row says where it was found, or that it was not; a correction of the file that is looked in clears it."""
    notes = write_notes(tmp_path / "notes", 2)
    (tmp_path / "notes" / "order-a.txt").write_text(notes[0].read_text().replace("0.50", "0.75"))
    line.json("jobs", "create", "Notes", "--fields", _FIELDS, "--rule", "ordered: lookup(order_number, 'order-*', total)")
    line.json("files", "add", "Notes", "notes")
    assert "COST" in line.text("cost", "Notes")
    line.json("submit", "Notes", "--wait")
    told = line.text("rules", "broken", "Notes")
    assert "total is 0.50 EUR, not 0.75 EUR as in order-a.txt, row 1." in told.replace("notes/", "")
    assert "No row of order-* has order_number 'ORD-00001'." in line.text("results", "Notes", "--rule", "ordered", "--sources")
    order = next(row["file"] for row in line.json("results", "Notes")["rows"] if row["file"].endswith("order-a.txt"))
    line.json("edit", "Notes", order, "total=0.50 EUR")
    assert [row["file"].endswith("note-001.txt") for row in line.json("results", "Notes", "--rule", "ordered")["rows"]] == [True]
    assert "order-a.txt, row 1" in line.text("results", "Notes", "--sources")


@pytest.mark.embedded("it is refused before anything is written")
def test_rules_that_cannot_be_meant_are_sentences(done: Line, tmp_path: Path) -> None:
    """With the place that is wrong; a file that holds none, and options that exclude each other."""
    refused = done("rules", "set", "Notes", "total + = 1")
    assert (refused.exit_code != 0, "character 9" in refused.stderr) == (True, True)
    assert "Did you mean 'total'" in done("rules", "set", "Notes", "totl = 1").stderr
    (tmp_path / "none.json").write_text("{")
    assert "holds no rules" in done("rules", "set", "Notes", str(tmp_path / "none.json")).stderr
    (tmp_path / "none.json").write_text("3")
    assert "not a list of rules" in done("rules", "set", "Notes", str(tmp_path / "none.json")).stderr
    assert "--none" in done("rules", "set", "Notes").stderr
    assert "Give one of them" in done("rules", "set", "Notes", "--none", "--later", "--run", "1").stderr


_READS = {
    "jobs list": (["jobs", "list"], "Notes"),
    "jobs show": (["jobs", "show", "Notes"], "order_number"),
    "runs list": (["runs", "list", "Notes"], "partially completed"),
    "runs show": (["runs", "show", "Notes", "1"], "3 read, 1 failed"),
    "files list": (["files", "list", "Notes", "--run", "1"], "x-broken.pdf"),
    "fields show": (["fields", "show", "Notes"], "Amount due"),
    "rules show": (["rules", "show", "Notes"], ""),
    "rules broken": (["rules", "broken", "Notes", "--run", "1"], ""),
    "results": (["results", "Notes", "--run", "1"], "ORD-00002"),
    "progress": (["progress", "Notes", "--run", "1"], "3 of 4 files read"),
    "logs": (["logs", "Notes", "--run", "1"], "partially completed"),
    "evaluate": (["evaluate", "Notes", "--run", "1"], "order_number"),
    "usage of a job": (["usage", "Notes"], "this run"),
    "usage": (["usage"], "FILES"),
    "cost": (["cost", "Notes"], "expected"),
    "cost of a run": (["cost", "Notes", "--run", "1"], "spent"),
    "templates list": (["templates", "list"], ""),
}


@pytest.mark.parametrize("name", _READS)
def test_what_is_there_is_told_and_answered(done: Line, name: str) -> None:
    """In words for people, whole and without colours in a pipe; as the API's JSON on demand, and nothing else."""
    arguments, expected = _READS[name]
    told = done.text(*arguments)
    assert expected in told
    assert "\x1b" not in told
    assert isinstance(done.json(*arguments), dict)


def test_every_command_takes_json() -> None:
    """All of them but the one that serves."""
    lacking = [path for path, command in _commands() if "as_json" not in {option.name for option in command.params}]
    assert lacking == ["up"]


def test_every_command_teaches() -> None:
    """Its help says what it does and shows how it is called; so do its group's and the first page."""
    for path, command in _commands():
        shown = CliRunner().invoke(cli, [*path.split(), "--help"])
        assert shown.exit_code == 0
        assert f"sheaf {path}" in shown.stdout.partition("Example")[2], path
        assert command.help
        assert all(option.help for option in command.params if isinstance(option, click.Option)), path
    assert "Exit codes" in CliRunner().invoke(cli, ["--help"]).stdout


@pytest.mark.parametrize("path", [["extract"], ["files", "add"]])
def test_help_says_what_is_left_out_of_a_folder(path: list[str]) -> None:
    """Nothing is missed in silence."""
    assert "hidden files and links" in " ".join(CliRunner().invoke(cli, [*path, "--help"]).stdout.split())


def _commands() -> list[tuple[str, click.Command]]:
    context = click.Context(cli)
    found: list[tuple[str, click.Command]] = []
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        inner = command.commands.items() if isinstance(command, click.Group) else ()
        found += [(f"{name} {each}", one) for each, one in inner] or [(name, command)]
    return found


def test_filters_choose_rows(done: Line) -> None:
    """By file, by failure, by text; and a page says how to go on."""
    assert next(row["file"] for row in done.json("results", "Notes", "--run", "1", "--file", "note-001")["rows"]).endswith("note-001.txt")
    assert len(done.json("results", "Notes", "--run", "1", "--failed")["rows"]) == 1
    assert len(done.json("results", "Notes", "--run", "1", "--text", "ord-00002", "--field", "order_number")["rows"]) == 1
    first = done.json("results", "Notes", "--run", "1", "--limit", "3")
    rest = done.json("results", "Notes", "--run", "1", "--cursor", first["next_cursor"])
    assert (len(first["rows"]), len(rest["rows"]), rest["next_cursor"]) == (3, 1, None)


def test_values_are_corrected_accepted_and_withdrawn(line: Line, tmp_path: Path) -> None:
    """A corrected value is shown and exported; the history tells who said what; a value of the wrong type is a sentence."""
    write_notes(tmp_path / "notes", 1)
    line.json("jobs", "create", "Notes", "--fields", _FIELDS)
    line.json("files", "add", "Notes", "notes")
    line.json("submit", "Notes", "--wait")
    name = line.json("results", "Notes")["rows"][0]["file"]
    said = line.json("edit", "Notes", name, "total=12.50 eur", "date=", "--accept", "order_number")["rows"][0]
    assert said["values"] == {"order_number": "ORD-00000", "date": None, "total": {"amount": "12.50", "currency": "EUR"}}
    assert "12.50" in line("export", "Notes", "csv", "-o", "-").stdout
    assert [cell["field"] for cell in line.json("edits", "Notes")["cells"]] == ["date", "order_number", "total"]
    assert "corrected" in line.text("edits", "Notes")
    assert line.json("results", "Notes", "--review", "edited")["rows"][0]["edits"]["date"]["verdict"] == "corrected"
    assert "date" not in line.json("edit", "Notes", name, "--withdraw", "date")["rows"][0]["edits"]
    assert "date" in line("edit", "Notes", name, "date=soon").stderr
    assert "FIELD=VALUE" in line("edit", "Notes", name).stderr


def test_a_run_is_scored_by_what_people_said(line: Line, tmp_path: Path) -> None:
    """A later run over the same files by the same truth; beside each other, the cells that differ and which of the two is right."""
    write_notes(tmp_path / "notes", 2)
    line.json("jobs", "create", "Notes", "--fields", _FIELDS)
    line.json("files", "add", "Notes", "notes")
    line.json("submit", "Notes", "--wait")
    name = line.json("results", "Notes")["rows"][0]["file"]
    line.json("edit", "Notes", name, "total=7.00 EUR", "--accept", "order_number")
    scores = line.json("evaluate", "Notes")["engines"][0]["fields"]
    assert [(scores[of]["judged"], scores[of]["right"]) for of in ("order_number", "date", "total")] == [(1, 1), (0, 0), (1, 0)]
    line.json("runs", "create", "Notes", "--clone", "1")
    line.json("fields", "set", "Notes", "order_number")
    line.json("files", "add", "Notes", "notes")
    line.json("submit", "Notes", "--wait")
    found = line.json("evaluate", "Notes", "--against", "1")
    assert [(cell["field"], cell["outcome"]) for cell in found["cells"]] == [("date", "only_other"), ("total", "only_other")] * 2
    assert found["cells"][1]["other"]["right"] is False
    told = line.text("evaluate", "Notes", "--against", "1")
    assert "2026-03-02" in told
    assert "neither" in told


def test_an_engine_is_scored_on_a_labelled_folder(line: Line, tmp_path: Path) -> None:
    """By the fields that are named, or those of its truth; a folder without truth, and one that is none, are sentences."""
    write_notes(tmp_path / "notes", 2)
    truth = "file,order_number,total\nnote-000.txt,ORD-00000,0.50\nnote-001.txt,ORD-00001,9.99\nnote-002.txt,ORD-00002,\n"
    (tmp_path / "notes" / "expected.csv").write_text(truth)
    found = line.json("evaluate", "notes", "--fields", "order_number,total:amount")
    assert (found["documents"], [each["category"] for each in found["failed"]]) == (3, ["file_missing"])
    right = {row["field"]: row["normalised"] for row in found["engines"][0]["fields"]}
    assert right == {"order_number": 1.0, "total": 0.5, "all": 0.75}
    assert "order_number" in line.text("evaluate", "notes")
    assert "no job" in line("evaluate", "elsewhere").stderr
    assert "says nothing of what is true" in line("evaluate", "elsewhere", "--fields", "total").stderr
    assert "unknown_engine" in line.json("evaluate", "notes", "--engine", "guess", code=2)["code"]
    assert "a folder has no runs" in line("evaluate", "notes", "--run", "1").stderr


def test_fields_are_suggested(line: Line, tmp_path: Path) -> None:
    """From files here, written down so that the next command reads them; from a job's files by its workers; or nothing is a sentence."""
    write_notes(tmp_path / "notes", 3)
    found = line.json("fields", "suggest", "notes", "-o", "fields.json")
    kinds = {each["field"]["name"]: each["field"]["type"] for each in found["suggestions"]}
    assert kinds == {**kinds, "order_number": "text", "date": "date", "total": "amount"}
    line.json("jobs", "create", "Notes", "--fields", "fields.json")
    line.json("files", "add", "Notes", "notes")
    assert [each["field"]["name"] for each in line.json("fields", "suggest", "--job", "Notes")["suggestions"]] == list(kinds)
    assert "order_number" in line.text("fields", "suggest", "notes")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of one")
    assert line.json("fields", "suggest", "broken.pdf", code=2)["code"] == "no_samples"
    assert "--job" in line("fields", "suggest").stderr


def test_a_job_learns_from_its_corrections(line: Line, tmp_path: Path) -> None:
    """Fields under labels of one's own are found by later runs once a few documents were corrected; the result names the version."""
    (tmp_path / "notes").mkdir()
    for at in range(6):
        text = f"Vorgang 77{at}12\n\nKennwort:  QX-{4000 + at}\nAblage:  LM-{100 + 7 * at}\n"
        (tmp_path / "notes" / f"{at}.txt").write_text(text)
    line.json("jobs", "create", "Notes", "--fields", "kunnr")
    line.json("files", "add", "Notes", "notes")
    line.json("submit", "Notes", "--wait")
    assert "three documents" in line.text("learn", "Notes", "--show") or line.json("learn", "Notes", "--show")["versions"] == []
    assert "learns from 3" in line("learn", "Notes").stderr
    for at, row in enumerate(line.json("results", "Notes")["rows"][:5]):
        line.json("edit", "Notes", row["file"], f"kunnr=QX-{4000 + at}")
    learned = line.json("learn", "Notes")
    assert (learned["in_use"], learned["versions"][0]["status"]) == (1, "accepted")
    assert "Kennwort" in line.text("learn", "Notes", "--show")
    line.json("runs", "create", "Notes")
    (tmp_path / "new.txt").write_text("Vorgang 77912\n\nKennwort:  QX-4711\nAblage:  LM-9\n")
    line.json("files", "add", "Notes", str(tmp_path / "new.txt"))
    line.json("submit", "Notes", "--wait")
    assert line.json("results", "Notes")["rows"][0]["values"]["kunnr"] == "QX-4711"
    assert "learned/1" in line.json("files", "list", "Notes")["tasks"][0]["result"]["engine"]
    assert line.json("learn", "Notes", "--use", "0")["in_use"] == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "jsonl"])
def test_every_format_is_exported(done: Line, tmp_path: Path, kind: str) -> None:
    """By its name under the usual file name, and by the ending of the name that is given."""
    usual = Path(done.json("export", "Notes", kind, "--run", "1")["path"])
    assert usual.suffix == f".{kind}"
    assert usual.stat().st_size > 100
    named = tmp_path / f"mine.{kind}"
    assert Path(done.json("export", "Notes", "--run", "1", "-o", str(named))["path"]) == named
    assert named.exists()


def test_an_export_to_standard_output_is_nothing_but_the_export(done: Line) -> None:
    """So that it can be piped on."""
    text = done.text("export", "Notes", "jsonl", "--run", "1", "-o", "-", "--no-failed", "--columns", "total")
    assert [list(json.loads(each)["values"]) for each in text.splitlines()] == [["total"]] * 3


@pytest.mark.parametrize("run", ["2", "#2", "latest"])
def test_a_run_is_named_by_number_too(done: Line, run: str) -> None:
    """The latest one is the default, and has a name."""
    assert done.json("runs", "show", "Notes", run)["id"] == done.json("runs", "show", "Notes")["id"]


def test_the_log_is_followed_to_the_end(done: Line) -> None:
    """Each entry once; as JSON, one a line."""
    kinds = [json.loads(each)["kind"] for each in done.text("logs", "Notes", "--run", "1", "--follow", "--json").splitlines()]
    assert kinds.count("finished") == 1
    assert kinds[0] == "created"


def test_a_watched_run_tells_how_it_went(done: Line) -> None:
    """Code 1 for one that completed in part, whichever command follows it; a sentence and code 4 for one that has not begun."""
    for command in (["watch", "Notes", "--run", "1"], ["runs", "watch", "Notes", "1"]):
        assert "1 failed (1 corrupt)" in done.text(*command, code=1)
    waiting = done("watch", "Notes")
    assert waiting.exit_code == 4
    assert "not submitted" in waiting.stderr


def test_the_next_command_is_told_in_full(line: Line, tmp_path: Path) -> None:
    """With the job's name as a shell takes it, and with the run that was named."""
    write_notes(tmp_path / "notes", 1)
    assert "files add 'My notes' FILES…" in line("jobs", "create", "My notes", "--fields", _FIELDS).stderr
    assert "files add 'My notes' FILES…" in line("files", "list", "My notes").stderr
    assert "sheaf submit 'My notes' --run 1 --wait" in line("files", "add", "My notes", "notes", "--run", "1").stderr
    assert "sheaf submit 'My notes'" in line("watch", "My notes").stderr


def test_only_what_failed_is_tried_again(line: Line, tmp_path: Path) -> None:
    """The same run goes on, keeps what was read, and ends as it did."""
    write_notes(tmp_path / "notes", 1)
    (tmp_path / "notes" / "x.pdf").write_bytes(b"%PDF-1.7\nnothing of one")
    line.json("jobs", "create", "Notes", "--fields", _FIELDS)
    line.json("files", "add", "Notes", "notes")
    first = line.json("submit", "Notes", "--wait", code=1)
    again = line.json("retry", "Notes", "--wait", code=1)
    assert (again["job_run_id"], again["tasks_completed"], again["tasks_failed"]) == (first["job_run_id"], 1, 1)
    tasks = line.json("files", "list", "Notes")["tasks"]
    assert [task["round"] for task in tasks] == [1, 2]


@pytest.mark.embedded("nobody works on a folder without a server")
def test_a_submitted_run_can_be_cancelled(line: Line, tmp_path: Path) -> None:
    """Nobody reads it here, so all of it is stopped; once over, a cancel is refused with code 4."""
    write_notes(tmp_path / "notes", 2)
    line.json("jobs", "create", "Notes", "--fields", _FIELDS)
    line.json("files", "add", "Notes", "notes")
    submitted = line("submit", "Notes")
    assert submitted.exit_code == 0
    assert "No server is running" in submitted.stderr
    assert "2 stopped" in line.text("cancel", "Notes")
    assert "2 cancelled" in line.text("watch", "Notes", code=1)
    assert line.json("retry", "Notes", code=4)["code"] == "wrong_state"


@pytest.mark.embedded("files of this machine are imported by path")
def test_a_runs_files_change_until_it_is_submitted(line: Line, tmp_path: Path) -> None:
    """Removed by name, imported from another run or from this machine."""
    write_notes(tmp_path / "notes", 3)
    line.json("jobs", "create", "Notes", "--fields", _FIELDS)
    line.json("files", "add", "Notes", "notes")
    assert len(line.json("files", "remove", "Notes", "notes/note-001.txt")["removed"]) == 1
    line.json("runs", "create", "Notes")
    assert line.json("files", "import", "Notes", "--from-run", "1")["imported"] == 2
    assert line.json("files", "import", "Notes", "notes/note-001.txt")["imported"] == 1
    names = [task["filename"] for task in line.json("files", "list", "Notes")["tasks"]]
    assert names == ["notes/note-000.txt", "notes/note-002.txt", "note-001.txt"]


def test_nothing_is_added_unless_all_of_it_is_there(line: Line, tmp_path: Path) -> None:
    """A missing file is named, and the others are not half added."""
    write_notes(tmp_path / "notes", 2)
    line.json("jobs", "create", "Notes", "--fields", _FIELDS)
    refused = line("files", "add", "Notes", "notes", "gone.pdf")
    assert refused.exit_code == 2
    assert "gone.pdf: There is no such file." in refused.stderr
    assert line.json("files", "list", "Notes")["tasks"] == []


def test_fields_are_set_until_the_run_is_submitted(line: Line) -> None:
    """What was read from a SPEC comes back with every detail of it."""
    line.json("jobs", "create", "Notes", "--fields", "a")
    spec = 'status:choice(open|paid)="Paid, or open",items:table(name;price:amount=Unit price)'
    stored = line.json("fields", "set", "Notes", spec)["fields"]
    assert (stored[0]["choices"], stored[0]["description"]) == (["open", "paid"], "Paid, or open")
    assert [(column["name"], column["type"]) for column in stored[1]["columns"]] == [("name", "text"), ("price", "amount")]
    assert line.json("fields", "show", "Notes")["fields"] == stored


def test_fields_keep_what_they_ask_of_their_values(line: Line) -> None:
    """From a file of definitions to the run and back; a list of types says what there is."""
    fields = [
        {"name": "due", "type": "date", "default": "2026-01-01", "format": "DD.MM.YYYY"},
        {"name": "account", "type": "identifier", "scheme": "iban", "pattern": "DE.*"},
        {"name": "stay", "type": "date_range"},
    ]
    (line.folder / "fields.json").write_text(json.dumps(fields))
    line.json("jobs", "create", "Asking", "--fields", str(line.folder / "fields.json"))
    stored = line.json("fields", "show", "Asking")["fields"]
    assert [{name: field[name] for name in given} for field, given in zip(stored, fields, strict=True)] == fields
    assert "identifier(iban)" in line.text("fields", "show", "Asking")
    told = line.text("fields", "types")
    assert all(kind["type"] in told for kind in line.json("fields", "types")["field_types"])
    assert line.json("fields", "set", "Asking", "a:identifier(ibn)", code=2)["code"] == "unknown_scheme"


def test_jobs_are_changed_and_archived(line: Line) -> None:
    """Renamed, switched off, taken off the list; a name in use is refused."""
    job = line.json("jobs", "create", "One", "--fields", "a", "--description", "first")
    line.json("jobs", "create", "Two", "--fields", "a")
    assert line.json("jobs", "update", "One", "--name", "Two", code=4)["code"] == "name_taken"
    changed = line.json("jobs", "update", "one", "--name", "Three", "--inactive", "--fields", "b:number")
    assert (changed["id"], changed["name"], changed["active"], changed["fields"][0]["name"]) == (job["id"], "Three", False, "b")
    line.json("jobs", "archive", "Three")
    assert [each["name"] for each in line.json("jobs", "list")["jobs"]] == ["Two"]
    assert [each["name"] for each in line.json("jobs", "list", "--archived")["jobs"]] == ["Three"]
    assert line.json("jobs", "show", job["id"])["archived"]


def test_templates_live_their_life(line: Line) -> None:
    """Created, listed, shown, used, changed, deleted."""
    line.json("templates", "create", "Note", "--fields", "a,b:date")
    assert "Note" in line.text("templates", "list")
    assert "date" in line.text("templates", "show", "note")
    job = line.json("jobs", "create", "Notes", "--template", "Note")
    assert [field["name"] for field in job["fields"]] == ["a", "b"]
    line.json("templates", "update", "Note", "--name", "Slip", "--fields", "c")
    run = line.json("runs", "create", "Notes", "--template", "Slip")
    assert [field["name"] for field in run["fields"]] == ["c"]
    line.json("templates", "delete", "Slip")
    assert line.json("templates", "show", "Slip", code=3)["status"] == 404


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["jobs", "show", "Nots"], 3, "Did you mean 'Notes'?"),
        (["jobs", "show", "0" * 24], 3, "no job"),
        (["runs", "show", "Notes", "9"], 3, "no run '9'"),
        (["runs", "show", "Notes", "f" * 24], 3, "no run"),
        (["runs", "show", "Notes", "../../jobs"], 3, "no run"),
        (["results", "Notes", "--field", "nothing", "--state", "found"], 2, "nothing"),
        (["results", "Notes", "--cursor", "broken"], 2, "cursor"),
        (["files", "remove", "Notes", "gone.txt"], 3, "gone.txt"),
        (["submit", "Notes"], 2, "no files"),
        (["submit", "Notes", "--run", "1"], 4, "sheaf runs create"),
        (["fields", "set", "Notes", "a,A"], 2, "Two fields"),
        (["fields", "set", "Notes", "a", "--run", "1"], 4, "submitted"),
        (["export", "Notes", "-o", "x.pdf"], 2, ".csv"),
        (["export", "Notes", "--columns", "nothing", "--run", "1"], 2, "nothing"),
        (["runs", "create", "Notes", "--clone", "1", "--template", "x"], 2, "not from both"),
        (["jobs", "create", "New"], 2, "--fields"),
        (["jobs", "update", "Notes"], 2, "what to change"),
        (["files", "import", "Notes"], 2, "--from-run"),
        (["usage", "--month", "last"], 2, "month"),
        (["usage", "--run", "1"], 2, "job"),
        (["jobs", "list", "--nonsense"], 2, "--nonsense"),
        (["jobs", "list", "--url", "foo"], 2, "'foo' is no address"),
        (["jobs", "list", "--url", "ftp://foo"], 2, "https://"),
        (["jobs", "list", "--url", "http://"], 2, "'http://'"),
        (["jobs", "list", "--url", "http://[::1"], 2, "no address"),
        (["jobs", "list", "--url", "http://a:99999"], 2, "no address"),
        (["jobs"], 2, "list"),
        (["job", "list"], 2, "Did you mean 'jobs'?"),
    ],
)
def test_refusals_are_sentences_and_codes(done: Line, arguments: list[str], code: int, says: str) -> None:
    """Each kind has its exit code; with --json, a problem document and nothing else."""
    refused = done(*arguments)
    assert refused.exit_code == code, refused.output
    assert says in refused.stderr
    assert "Traceback" not in refused.output
    if arguments != ["jobs"]:
        assert says in done.json(*arguments, code=code)["detail"]


@pytest.mark.embedded("it is about the choice of an installation")
def test_where_to_is_said_before_a_command_or_behind_it(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearer word counts: behind the command's name, before it, the environment."""
    monkeypatch.setenv("SHEAF_URL", "ftp://environment")
    assert "ftp://environment" in line("jobs", "list").stderr
    assert "ftp://before" in line("--url", "ftp://before", "jobs", "list").stderr
    assert "ftp://behind" in line("--url", "ftp://before", "jobs", "list", "--url", "ftp://behind").stderr
    monkeypatch.delenv("SHEAF_URL")
    line.json("--data-dir", str(tmp_path / "other"), "jobs", "create", "There", "--fields", "a")
    assert line.json("jobs", "list")["jobs"] == []
    assert len(line.json("jobs", "list", "--data-dir", str(tmp_path / "other"))["jobs"]) == 1


@pytest.mark.embedded("it is about the folder")
def test_a_folder_that_cannot_hold_stores_is_a_sentence(line: Line) -> None:
    """Where the data folder's place is taken by a file."""
    (line.folder / "data").write_text("not a folder")
    refused = line("jobs", "list")
    assert refused.exit_code != 0
    assert "Error:" in refused.stderr
    assert "Traceback" not in refused.output


def test_the_samples_become_a_table_and_the_next_time_a_further_run(line: Line, tmp_path: Path) -> None:
    """The demonstration on a folder of our own: one job, isolated runs, both files, every row with where it was found."""
    samples = tmp_path / "mine"
    write_notes(samples, 3)
    (samples / "fields.json").write_text('[{"name": "order_number"}, {"name": "total", "type": "amount"}]')
    shown = line.text("demo", "--samples", str(samples), "--output-dir", "out")
    assert "ORD-00002" in shown
    assert "line 3" in shown
    assert "3 of 3 files read" in shown
    again = line.json("demo", "--samples", str(samples), "--output-dir", "out")
    assert again["status"] == "completed"
    job = line.json("jobs", "show", "Samples")
    assert (job["run_count"], job["latest_run_id"]) == (2, again["job_run_id"])
    assert len(line.json("results", "Samples", "--run", "1")["rows"]) == 3
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".csv", ".csv", ".xlsx", ".xlsx"]
    assert all(path.name.startswith(f"job_{job['id']}_run_") for path in (tmp_path / "out").iterdir())


@pytest.mark.embedded("it is refused before any call")
def test_samples_that_are_not_there_are_a_sentence(line: Line) -> None:
    """It says how to name others."""
    refused = line("demo", "--samples", "nowhere")
    assert refused.exit_code == 3
    assert "--samples" in refused.stderr
