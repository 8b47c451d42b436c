"""Delimited text: delimiter, header and encoding told from the content, and no row lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheaf.documents.grid import LAID_OUT_ROWS
from sheaf.documents.limits import Limits
from sheaf.documents.model import GRID_WIDTH, Place
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import lines, read, texts


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_rows_agree_on(tmp_path: Path, delimiter: str) -> None:
    """Commas in numbers and prose do not pass for delimiters."""
    rows = [["Item", "Price", "Note"], ["Bolt", "1.234,50", "a, b"], ["Nut", "0,75", "c; d"]]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    document = read(tmp_path, buffer.getvalue(), "a.csv")
    assert texts(document.tables[0]) == rows
    assert document.tables[0].header_rows == 1
    assert document.tabular


def test_a_first_line_may_name_the_delimiter(tmp_path: Path) -> None:
    """The line that spreadsheet programs write for each other is obeyed and is no row."""
    table = read(tmp_path, "sep=;\na;b\n1,2;3,4\n", "a.csv").tables[0]
    assert texts(table) == [["a", "b"], ["1,2", "3,4"]]
    assert [row[0].place for row in table.rows if row[0]] == [Place(line=2), Place(line=3)]


def test_cells_cite_the_line_their_row_begins_on(tmp_path: Path) -> None:
    """Line breaks inside quotes and blank lines are counted, and make no rows."""
    table = read(tmp_path, 'a,b\n"x\ny",1\n\n   \nz,2\n', "a.csv").tables[0]
    assert texts(table) == [["a", "b"], ["x\ny", "1"], ["z", "2"]]
    assert [row[0].place.line for row in table.rows if row[0] and row[0].place] == [1, 2, 6]


def test_words_stand_in_columns(tmp_path: Path) -> None:
    """A value stands under its header: both begin at the same place on the grid."""
    page = read(tmp_path, "Name,Amount\nA long name,1\nB,22\n", "a.csv").pages[0]
    assert lines(page) == ["Name Amount", "A long name 1", "B 22"]
    starts = {word.text: word.box.x0 for word in page.words}
    assert starts["Amount"] == starts["1"] == starts["22"] == 14 * GRID_WIDTH


@pytest.mark.parametrize(
    ("content", "header_rows"),
    [
        ("Name,City\nAnn,Bonn\n", 1),
        ("1,Ann\n2,Bob\n", 0),
        ("2024-01-01,Ann\n2024-01-02,Bob\n", 0),
        ("Region,2023,2024\nNorth,10,20\nSouth,30,40\n", 1),
        ("Year,Kind\n2023,a\n", 1),
    ],
)
def test_a_header_is_a_row_of_names(tmp_path: Path, content: str, header_rows: int) -> None:
    """Rows of values are data from the first; years head columns of other figures."""
    assert read(tmp_path, content, "a.csv").tables[0].header_rows == header_rows


def test_lines_above_the_header_are_text_not_rows(tmp_path: Path) -> None:
    """A bank's or a program's lines above the table are kept as words and said to be there."""
    document = read(tmp_path, "Konto;123\nStand;1.2.\n\nTag;Betrag;Text;Art\n1.2.;5;x;y\n2.2.;6;z;w\n", "a.csv")
    assert texts(document.tables[0])[0] == ["Tag", "Betrag", "Text", "Art"]
    assert len(document.tables[0].rows) == 3
    assert lines(document.pages[0])[0] == "Konto 123"
    assert "2 lines above the header" in document.notes[0]


def test_delimiters_alone_at_the_end_are_no_rows_but_between_they_are(tmp_path: Path) -> None:
    """Empty rows inside stay, those that exports leave at the end go and are mentioned."""
    document = read(tmp_path, "a,b\n1,2\n,\n3,4\n,\n,\n", "a.csv")
    assert texts(document.tables[0]) == [["a", "b"], ["1", "2"], ["", ""], ["3", "4"]]
    assert document.notes == ["2 rows at the end hold nothing and were left out."]


def test_a_stray_quote_swallows_no_rows(tmp_path: Path) -> None:
    """A quotation mark that is never closed, or closed only rows later, costs no row; proper quotes go on working."""
    document = read(tmp_path, 'a;b\n"x;1\n"y;2\n"ok; z";3\n4;"5" pipe"\n', "a.csv")
    assert [row[0] for row in texts(document.tables[0])] == ["a", '"x', '"y', "ok; z", "4"]
    assert "2 lines" in document.notes[0]


def test_quotes_that_never_agree_end_in_time(tmp_path: Path) -> None:
    """Text in which every line reopens a quote is given up on as quoted, with every line a row."""
    assert len(read(tmp_path, 'a","b\n' * 20_000, "a.csv").tables[0].rows) == 20_000


def test_a_long_table_is_complete_though_its_page_is_not(tmp_path: Path) -> None:
    """The page shows the first rows and says so; the table has all and can be sliced and counted from its end."""
    count = LAID_OUT_ROWS + 500
    document = read(tmp_path, "n,m\n" + "".join(f"{i},x\n" for i in range(count)), "a.csv")
    table = document.tables[0]
    assert len(table.rows) == count + 1
    assert texts(table)[-1] == [str(count - 1), "x"]
    assert [cell.text for cell in table.rows[-1] if cell] == [str(count - 1), "x"]
    assert len(table.rows[1:][5:10]) == 5
    assert str(count + 1) in document.notes[0]
    with pytest.raises(IndexError):
        table.rows[count + 1]


@pytest.mark.parametrize("content", ["\n\n  \n", "\ufeff", ",,,\n,,\n"])
def test_nothing_but_blanks_is_empty(tmp_path: Path, content: str) -> None:
    """A file without a filled cell is empty."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a.csv")
    assert problem.value.category is FailureCategory.EMPTY


def test_too_many_cells_are_too_large(tmp_path: Path) -> None:
    """The bound on cells counts all columns of all rows."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, "a,b\n" * 6, "a.csv", Limits(max_table_cells=11))
    assert problem.value.category is FailureCategory.TOO_LARGE


_VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).map(str.strip) | st.sampled_from(
    ["1", "-2,5", "x\ny", 'say "hi"', "a;b", "c,d", "|", "2024-01-01"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(_VALUES, min_size=width, max_size=width).filter(all), min_size=1, max_size=12)
    ),
    delimiter=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_as_many_rows_come_out_as_went_in(tmp_path: Path, rows: list[list[str]], delimiter: str, ending: str) -> None:
    """Whatever a CSV writer writes under a header comes back, row for row and text for text."""
    header = [f"Column {letter}" for letter in "abcde"[: len(rows[0])]]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=ending).writerows([header, *rows])
    table = read(tmp_path, f"sep={delimiter}{ending}{buffer.getvalue()}", "a.csv").tables[0]
    assert texts(table) == [header, *rows]
    assert len(table.rows) - table.header_rows == len(rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(st.from_regex(r"[a-z0-9.\" ]{0,6}[a-z]", fullmatch=True), min_size=1, max_size=6), min_size=1, max_size=20))
def test_ragged_rows_and_loose_quotes_keep_their_number(tmp_path: Path, rows: list[list[str]]) -> None:
    """Rows of any width, written without care for quotes, are as many as there were lines."""
    content = "\n".join(["first,second,third", *(",".join(row) for row in rows)])
    document = read(tmp_path, content, "a.csv")
    assert sum(len(table.rows) for table in document.tables) == len(rows) + 1
