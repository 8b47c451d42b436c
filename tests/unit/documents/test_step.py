"""STEP files: the syntax to the letter, products and parts lists, and damage that costs no more than itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.documents.step import part21
from sheaf.documents.step.parameters import Malformed, Number, Ref, Typed, Word, parsed
from sheaf.documents.step.strings import decoded
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import read
from tests.unit.documents.samples import exchange

ASSEMBLY = (
    "#1=PRODUCT('100','Frame','Base \\X2\\00FC\\X0\\bersicht',(#90));",
    "#2=PRODUCT('200','Screw; M6 ''A''','',(#90)); /* ; ' */",
    "#3=PRODUCT_DEFINITION_FORMATION_WITH_SPECIFIED_SOURCE('C','',#1,.MADE.);",
    "#4=PRODUCT_DEFINITION_FORMATION('A',$,#2);",
    "#5=PRODUCT_DEFINITION('d','',#3,#91);",
    "#6=PRODUCT_DEFINITION('d','',#4,#91);",
    "#7=NEXT_ASSEMBLY_USAGE_OCCURRENCE('1','','',#5,#6,'S1');",
    "#8=NEXT_ASSEMBLY_USAGE_OCCURRENCE('2','','',#5,#6,$);",
    "#10=(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.));",
    "#11=(GEOMETRIC_REPRESENTATION_CONTEXT(3)GLOBAL_UNIT_ASSIGNED_CONTEXT((#10,#12))REPRESENTATION_CONTEXT('',''));",
    "#12=(MASS_UNIT()NAMED_UNIT(*)SI_UNIT(.KILO.,.GRAM.));",
    "#20=PROPERTY_DEFINITION('material property','material name',#5);",
    "#21=REPRESENTATION('material name',(#22),#11);",
    "#22=DESCRIPTIVE_REPRESENTATION_ITEM('S355J2','EN 10025');",
    "#23=PROPERTY_DEFINITION_REPRESENTATION(#20,#21);",
    "#30=PROPERTY_DEFINITION('weight','',#31);",
    "#31=PRODUCT_DEFINITION_SHAPE('','',#5);",
    "#32=REPRESENTATION('mass',(#33),#11);",
    "#33=(MASS_MEASURE_WITH_UNIT()MEASURE_REPRESENTATION_ITEM()MEASURE_WITH_UNIT(MASS_MEASURE(1.25E1),#12)REPRESENTATION_ITEM('m'));",
    "#34=PROPERTY_DEFINITION_REPRESENTATION(#30,#32);",
    "#40=PERSON('p','Lee','Ann',$,$,$);",
    "#41=ORGANIZATION('','Nordwerk','');",
    "#42=PERSON_AND_ORGANIZATION(#40,#41);",
    "#43=PERSON_AND_ORGANIZATION_ROLE('creator');",
    "#44=CC_DESIGN_PERSON_AND_ORGANIZATION_ASSIGNMENT(#42,#43,(#5));",
    "#45=CALENDAR_DATE(2026,7,3);",
    "#46=DATE_AND_TIME(#45,#47);",
    "#48=DATE_TIME_ROLE('creation_date');",
    "#49=CC_DESIGN_DATE_AND_TIME_ASSIGNMENT(#46,#48,(#5));",
)


def assembly(folder: Path, *more: str) -> Document:
    """The document of a frame with two screws."""
    return read(folder, exchange("AUTOMOTIVE_DESIGN", *ASSEMBLY, *more), "a.stp")


def said(document: Document) -> dict[str, tuple[str, str]]:
    """Text and path of each label's first datum."""
    found: dict[str, tuple[str, str]] = {}
    for datum in document.data:
        found.setdefault(datum.label, (datum.text, datum.path))
    return found


def test_the_header_and_the_one_top_product_are_data(tmp_path: Path) -> None:
    """Who wrote the file and what it is of, each with the instance to cite; what says nothing is left out."""
    document = assembly(tmp_path)
    data = said(document)
    assert data["Author"] == ("b", "FILE_NAME.author")
    assert "Preprocessor" not in data
    assert data["Part number"] == ("100", "#1.id")
    assert data["Revision"] == ("C", "#3.id")
    assert data["Description"] == ("Base übersicht", "#1.description")
    assert {datum.path: datum.role for datum in document.data}["#1.id"] == "drawing.number"
    assert document.metadata["schema"] == "AUTOMOTIVE_DESIGN"


def test_properties_have_their_material_and_unit(tmp_path: Path) -> None:
    """A material by its item's name, a measure with its unit, out of simple and complex instances alike."""
    document = assembly(tmp_path)
    data = said(document)
    assert data["Material"] == ("S355J2", "#22.name")
    assert data["mass"] == ("12.5 kg", "#33.value_component")
    assert data["Length unit"] == ("mm", "#10")
    assert next(datum for datum in document.data if datum.label == "mass").qualifier == "kg"


def test_people_and_dates_are_said_once(tmp_path: Path) -> None:
    """Roles in words, names in reading order, dates in ISO 8601."""
    data = said(assembly(tmp_path))
    assert data["Creator"][0] == "Ann Lee"
    assert data["Creator organization"][0] == "Nordwerk"
    assert data["Creation date"][0] == "2026-03-07"


def test_a_parts_list_counts_what_occurs_more_than_once(tmp_path: Path) -> None:
    """One row per part of each assembly, with its quantity and designators."""
    parts = next(table for table in assembly(tmp_path).tables if table.name == "Parts list")
    rows = [[cell.text if cell else "" for cell in row] for row in parts.rows]
    assert rows == [
        ["Assembly", "Part number", "Name", "Revision", "Quantity", "Reference"],
        ["100", "200", "Screw; M6 'A'", "A", "2", "S1"],
    ]
    assert parts.header_rows == 1


def test_an_occurrence_may_say_its_quantity(tmp_path: Path) -> None:
    """A quantified usage stands for as many as its measure says."""
    usage = (
        "#60=(ASSEMBLY_COMPONENT_USAGE($)NEXT_ASSEMBLY_USAGE_OCCURRENCE()PRODUCT_DEFINITION_RELATIONSHIP('3','','',#5,#6)"
        "PRODUCT_DEFINITION_USAGE()QUANTIFIED_ASSEMBLY_COMPONENT_USAGE(#61));"
    )
    counted = "#61=MEASURE_WITH_UNIT(COUNT_MEASURE(4.),#12);"
    parts = next(table for table in assembly(tmp_path, usage, counted).tables if table.name == "Parts list")
    assert [cell.text for cell in parts.rows[1] if cell][-2] == "6"


def test_structures_that_hold_themselves_end(tmp_path: Path) -> None:
    """A product in itself, units made of units, references in a circle: read, and left out where they make no sense."""
    circle = (
        "#70=NEXT_ASSEMBLY_USAGE_OCCURRENCE('1','','',#6,#6,$);",
        "#71=NEXT_ASSEMBLY_USAGE_OCCURRENCE('1','','',#6,#5,$);",
        "#72=DERIVED_UNIT((#73));",
        "#73=DERIVED_UNIT_ELEMENT(#72,2.);",
        "#74=PROPERTY_DEFINITION('x','',#74);",
        "#75=PROPERTY_DEFINITION_REPRESENTATION(#74,#21);",
    )
    assert len(assembly(tmp_path, *circle).tables) == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("it''s", "it's"),
        ("C:\\\\a\\\\b", "C:\\a\\b"),
        ("C:\\Temp\\x", "C:\\Temp\\x"),
        ("\\X2\\03B103B2\\X0\\!", "αβ!"),
        ("\\X4\\0001F600\\X0\\", "😀"),
        ("M\\X\\FCller", "Müller"),
        ("M\\S\\|ller", "Müller"),
        ("\\PE\\\\S\\P", "а"),
        ("\\X2\\D800\\X0\\", "\ufffd"),
        ("\\X4\\FFFFFFFF\\X0\\", "\ufffd"),
        ("\\X2\\03B", "\\X2\\03B"),
    ],
)
def test_strings_say_what_ascii_has_not(written: str, meant: str) -> None:
    """Every directive of clause 6.4.3, and what is none of them as it stands."""
    assert decoded(written) == meant


def test_parameters_keep_their_kinds() -> None:
    """References, numbers as written, enumerations, typed values, lists and what is left out."""
    assert parsed("'a',#12,-1.5E-3,.T.,LEN(5.),(1,(2)),$,*,\"0F\"") == (
        "a",
        Ref(12),
        Number("-1.5E-3"),
        Word("T"),
        Typed("LEN", (Number("5."),)),
        (Number("1"), (Number("2"),)),
        None,
        None,
        None,
    )


@pytest.mark.parametrize("text", ["(", ")", "'a", "(" * 100_000, "#", "a b", "1,(2"])
def test_what_is_no_parameter_list_is_refused(text: str) -> None:
    """Brackets left open or too many, nesting without end, and other text."""
    with pytest.raises(Malformed):
        parsed(text)


@given(st.text(alphabet="'();,#=*/\\X20$ .AE1\n", max_size=300))
def test_any_text_is_cut_into_statements(text: str) -> None:
    """Whatever the text, each instance answers with its parameters or with none."""
    found = part21.exchange_of(text)
    for numbers in found.by_type.values():
        assert all(isinstance(found.parts(number), dict) for number in numbers)


def test_a_truncated_file_gives_what_is_whole_and_says_so(tmp_path: Path) -> None:
    """Cut anywhere behind the header, a file is read up to the cut."""
    whole = exchange("AUTOMOTIVE_DESIGN", *ASSEMBLY)
    document = read(tmp_path, whole[: whole.index(b"#2=PRODUCT") + 20], "a.stp")
    assert said(document)["Part number"][0] == "100"
    assert any("ends early" in note for note in document.notes)


def test_damaged_and_doubled_instances_are_counted(tmp_path: Path) -> None:
    """A statement that cannot be parsed and a number given twice are left out with a note."""
    document = assembly(tmp_path, "#1=PRODUCT('other','','',());", "#80=PRODUCT('x',,(;);", "#81=PRODUCT('y',(');');")
    assert said(document)["Part number"][0] == "100"
    assert any("left out" in note for note in document.notes)


def test_a_file_without_a_whole_statement_is_corrupt(tmp_path: Path) -> None:
    """The head alone is no STEP file."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, b"ISO-10303-21;\nHEADER", "a.stp")
    assert problem.value.category is FailureCategory.CORRUPT


def test_instances_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file of more instances than are read is too large, before all of it is taken in."""
    monkeypatch.setattr(part21, "MAX_INSTANCES", 3)
    with pytest.raises(FileProblem) as problem:
        assembly(tmp_path)
    assert problem.value.category is FailureCategory.TOO_LARGE


def test_values_are_bounded(tmp_path: Path) -> None:
    """More values than a document may have are refused."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, exchange("AP", *ASSEMBLY), "a.stp", Limits(max_words=5))
    assert problem.value.category is FailureCategory.TOO_LARGE
