"""Buckets by the command line: documents come from one, the table goes to one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sheaf.cli.main import cli
from tests.acceptance.cli.kit import write_notes
from tests.contract.buckets import FOLDERS


def call(folder: Path, *arguments: str, code: int = 0) -> Result:
    """What comes of a command on the stores of a folder."""
    done = CliRunner().invoke(cli, [*arguments], env={"SHEAF_DATA_DIR": str(folder / "data"), "SHEAF_WORKERS": "1"})
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A folder with a job."""
    call(tmp_path, "jobs", "create", "Notes", "--fields", "order_number,total:amount=Amount due")
    return tmp_path


def test_from_a_bucket_to_a_bucket(job: Path) -> None:
    """A folder is imported and followed to its end, the run reads it, and its table is written to a file beside it."""
    with FOLDERS["s3"]() as bucket:
        for note in write_notes(job / "notes", 3):
            bucket.write(f"in/{note.name}", note.read_bytes())
        bucket.write("in/skipped.md", b"no")
        assert "Imported 3 files (" in call(job, "files", "import", "Notes", f"{bucket.url}/in", "--pattern", "*.txt").output
        call(job, "submit", "Notes", "--wait")
        call(job, "export", "Notes", "-o", f"{bucket.url}/out/table.csv")
        call(job, "export", "Notes", "jsonl", "-o", f"{bucket.url}/out/")
        with bucket.folder("out").open("table.csv") as data:
            assert len(data.read().splitlines()) == 4
        names = [file.name for file in bucket.folder("out").files()]
    assert [name.rpartition("_")[2] for name in names] == ["results.jsonl", "table.csv"]


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        ("gs, s3", ("files", "import", "Notes", "ftp://bucket/in")),
        ("is no folder", ("files", "import", "Notes", "s3://Not_A_Bucket/in")),
        ("one after the other", ("files", "import", "Notes", "s3://bucket/in", "a.txt")),
        ("names no file", ("export", "Notes", "csv", "-o", "s3://bucket")),
    ],
)
def test_what_cannot_be(job: Path, said: str, arguments: tuple[str, ...]) -> None:
    """An address that is none, or not what is needed there, is refused with a sentence."""
    assert said in call(job, *arguments, code=2).stderr


def test_a_bucket_that_is_not_there(job: Path) -> None:
    """An import that fails ends the command as refused, and says why."""
    with FOLDERS["s3"]():
        done = call(job, "files", "import", "Notes", "s3://no-such-bucket-at-all/in", code=4)
    assert "There is no s3://no-such-bucket-at-all/in" in done.stderr
