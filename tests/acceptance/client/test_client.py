"""The Python client against a real server: what its page in the docs shows, learning, and every kind of refusal."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

import sheaf.client
from sheaf.client.client import Client
from sheaf.client.errors import BadRequest, NotThere, Refused
from sheaf.client.models import Change, Field, FieldType, Job, JobChange, JobInput, RowFilter, RowMode, Rule, RunInput, RunOptions, Verdict
from sheaf.client.uploading import LocalFile
from sheaf.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from tests.acceptance.cli.kit import Shell, write_notes

PAGE = Path(__file__).parents[3] / "docs" / "client.md"
PATIENCE_S = 240.0
FIELDS = [Field(name="order_number"), Field(name="total", type=FieldType.AMOUNT)]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server."""
    with Shell(tmp_path_factory.mktemp("server")).up("--workers", "1") as server:
        yield server.url


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    """Its client."""
    with sheaf.client.connect(url) as made:
        yield made


def finished(client: Client, folder: Path, name: str, count: int = 3) -> Job:
    """A job whose first run has read some notes."""
    job = client.jobs.create(JobInput(name=name, fields=FIELDS))
    client.files.add(job.id, write_notes(folder / "notes", count))
    client.runs.submit(job.id)
    assert client.runs.wait(job.id, seconds=PATIENCE_S).status == "completed"
    return job


def test_the_docs_example_runs(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands on the page, against this server and some notes."""
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    write_notes(tmp_path / "notes", 3)
    monkeypatch.chdir(tmp_path)
    exec(compile(example.replace("http://127.0.0.1:8321", url), str(PAGE), "exec"), {})  # noqa: S102 - our own page
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "completed 3 of 3"
    assert [line.split()[:2] for line in printed[1:]] == [[f"note-00{at}.txt", f"ORD-0000{at}"] for at in range(3)]
    assert (tmp_path / "notes.xlsx").read_bytes().startswith(b"PK")


def test_the_page_names_every_method() -> None:
    """Of every resource."""
    made = Client(None)  # type: ignore[arg-type]  # nothing is called
    lines = dict(re.findall(r"^\| `client\.(\w+)` \| (.*) \|$", PAGE.read_text(), re.MULTILINE))
    assert lines.keys() == vars(made).keys()
    for name, resource in vars(made).items():
        methods = {method for method in dir(resource) if not method.startswith("_") and method != "calls"}
        assert methods <= set(re.findall(r"`(\w+)`", lines[name])), name


def test_a_job_from_its_start_to_its_lessons(client: Client, tmp_path: Path) -> None:
    """Values are typed, edits stand, a version is made from them, and a further run is read by what there is."""
    job = finished(client, tmp_path, "lessons")
    rows = list(client.results.rows(job.id))
    assert [(row.values["order_number"], row.cells["total"].state) for row in rows] == [(f"ORD-0000{at}", "found") for at in range(3)]
    assert all(row.cells["total"].evidence for row in rows)
    cost = client.runs.cost(job.id)
    assert (cost.charge, cost.estimate, cost.spent.files) == ("nothing", None, 3)

    said = [Change(file_id=row.file_id, field="order_number", verdict=Verdict.CORRECTED, value=f"right {row.row}") for row in rows]
    edited = client.edits.make(job.id, said)
    assert {row.values["order_number"] for row in edited} == {"right 0"}
    assert len(list(client.edits.history(job.id))) == 3
    assert client.evaluation.of_run(job.id).engines[0].fields["order_number"].judged == 3

    version = client.learned.learn(job.id, seconds=PATIENCE_S)
    assert (version.version, version.status in {"accepted", "rejected"}, version.left_out) == (1, True, {})
    assert client.learned.use(job.id, 0).in_use == 0
    again = client.runs.create(job.id, RunInput(clone_from_run_id=job.latest_run_id))
    assert [run.number for run in client.runs.list(job.id)] == [2, 1]
    assert client.runs.cancel(job.id, again.id).status == "cancelled"
    pages = list(client.evaluation.compare(job.id, str(job.latest_run_id), again.id))
    assert sum(len(page.cells) for page in pages) >= 0
    assert pages[-1].other_run_id == again.id


def test_rows_of_tables_teach_their_headers(client: Client, tmp_path: Path) -> None:
    """A column that no rule gives to a field is read by the runs that come after a few corrected rows of three files."""
    for number in range(1, 4):
        lines = "".join(f"zz{number}{at};QX-{number}{at};{at + 1},50 EUR\n" for at in range(3))
        (tmp_path / f"{number}.csv").write_text(f"Merkmal;Kennung;Preis\n{lines}")
    fields = [Field(name="sku"), Field(name="price", type=FieldType.AMOUNT)]
    job = client.jobs.create(JobInput(name="prices", fields=fields, options=RunOptions(row_mode=RowMode.TABLE_ROW)))
    files = client.files.add(job.id, sorted(tmp_path.glob("*.csv")))
    client.runs.submit(job.id)
    client.runs.wait(job.id, seconds=PATIENCE_S)
    assert {row.cells["sku"].state for row in client.results.rows(job.id)} == {"missing"}
    right = {(file.id, row): f"QX-{number}{row}" for number, file in enumerate(files, start=1) for row in (0, 2)}
    said = [Change(file_id=of, row=row, field="sku", verdict=Verdict.CORRECTED, value=value) for (of, row), value in right.items()]
    client.edits.make(job.id, said)
    version = client.learned.learn(job.id, seconds=PATIENCE_S)
    learned = {lesson.field: (lesson.labels, lesson.right_before, lesson.right_after) for lesson in version.fields}
    assert (version.status, version.documents, learned["sku"]) == ("accepted", 3, (["Kennung"], 0, 3))

    client.runs.create(job.id)
    client.files.add(job.id, sorted(tmp_path.glob("*.csv")))
    client.runs.submit(job.id)
    client.runs.wait(job.id, seconds=PATIENCE_S)
    read = [row.cells["sku"].value for row in client.results.rows(job.id)]
    assert read == [f"QX-{number}{at}" for number in range(1, 4) for at in range(3)]


def test_what_is_set_up_is_answered(client: Client, tmp_path: Path) -> None:
    """Fields, rules, options and files of a run, until it is submitted; suggestions from its files."""
    job = client.jobs.create(JobInput(name="set up"))
    assert [of.name for of in client.runs.set_fields(job.id, FIELDS).fields] == ["order_number", "total"]
    client.runs.set_rules(job.id, [Rule(name="positive", check="total > 0.00")])
    assert client.runs.rules(job.id).rules[0].name == "positive"
    assert client.runs.set_options(job.id, RunOptions(review_below=0.5)).options.review_below == 0.5
    notes = write_notes(tmp_path / "notes", 2)
    added = client.files.add(job.id, [notes[0], LocalFile.at(notes[1], "folder/b.txt")])
    assert [(one.filename, one.uploaded, one.format) for one in added] == [("note-000.txt", True, "text"), ("folder/b.txt", True, "text")]
    client.files.remove(job.id, added[0].id)
    assert [one.filename for one in client.files.list(job.id)] == ["folder/b.txt"]
    assert client.files.get(job.id, added[1].id).file_size == notes[1].stat().st_size
    found = client.suggestions.suggest(job.id, seconds=PATIENCE_S)
    assert (found.status, found.samples) == ("ready", 1)
    assert client.jobs.change(job.id, JobChange(description="of notes")).description == "of notes"
    client.jobs.archive(job.id)
    assert client.jobs.find("set up") is None
    assert "set up" in {one.name for one in client.jobs.list(archived=True)}


def test_lists_are_read_page_by_page(client: Client, tmp_path: Path) -> None:
    """As far as they are looked at; a filter is the server's to apply, an export streams."""
    job = finished(client, tmp_path, "pages", 7)
    names = [row.file for row in islice(client.results.rows(job.id), 5)]
    assert names == [f"note-00{at}.txt" for at in range(5)]
    assert [row.file for row in client.results.rows(job.id, where=RowFilter(file="006"))] == ["note-006.txt"]
    target = io.BytesIO()
    client.results.export(job.id, target, "jsonl", columns=["total"])
    assert len(target.getvalue().splitlines()) == 7
    assert {task.status for task in client.runs.tasks(job.id)} == {"completed"}
    assert client.runs.failures(job.id) == ()


def test_refusals_are_typed(client: Client, tmp_path: Path) -> None:
    """Each by a class of its own with the server's stable code, which is also the domain's error; nothing is half done."""
    job = client.jobs.create(JobInput(name="refusals", fields=FIELDS), key="once")
    assert client.jobs.create(JobInput(name="refusals", fields=FIELDS), key="once").id == job.id
    with pytest.raises(Refused, match="refusals") as taken:
        client.jobs.create(JobInput(name="refusals"))
    assert isinstance(taken.value, Conflict)
    assert taken.value.status == 409
    with pytest.raises(NotThere) as missing:
        client.jobs.get("0" * 24)
    assert (missing.value.kind, isinstance(missing.value, NotFound)) == ("not_found", True)
    with pytest.raises(BadRequest) as few:
        client.learned.ask(job.id)
    assert (few.value.kind, few.value.details["documents"], isinstance(few.value, InvalidInput)) == ("too_few_examples", 0, True)
    with pytest.raises(FileNotFoundError):
        client.files.add(job.id, [*write_notes(tmp_path, 1), tmp_path / "gone.txt"])
    assert list(client.files.list(job.id)) == []
    with pytest.raises(Unavailable) as late:
        client.runs.wait(job.id, seconds=0.0)
    assert late.value.kind == "still_working"


@pytest.mark.parametrize("address", ["", "example.com", "ftp://example.com", "http://", "http://[", "http://x:0"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Before anything is sent."""
    with pytest.raises(InvalidInput, match="no address"), sheaf.client.connect(address):
        pass
