"""IFC models: elements with their storey, type, material, properties and quantities, a row each."""

from __future__ import annotations

from pathlib import Path

from sheaf.documents.model import Document
from sheaf.domain.fields import RowMode
from sheaf.domain.rows import CellState, Evidence
from tests.unit.documents.making import read
from tests.unit.documents.samples import exchange
from tests.unit.extraction.pages import rows


def guid(number: int) -> str:
    """A GlobalId of that number."""
    return f"{number:022}"


MODEL = (
    f"#1=IFCPROJECT('{guid(1)}',$,'Halle 3',$,$,'Logistik','Entwurf',(#90),#2);",
    "#2=IFCUNITASSIGNMENT((#3,#4,#5));",
    "#3=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);",
    "#4=IFCSIUNIT(*,.AREAUNIT.,$,.SQUARE_METRE.);",
    "#5=IFCDERIVEDUNIT((#6),.THERMALTRANSMITTANCEUNIT.,$);",
    "#6=IFCDERIVEDUNITELEMENT(#5,2);",
    "#9=IFCLOCALPLACEMENT($,#99);",
    f"#10=IFCBUILDINGSTOREY('{guid(10)}',$,'OG1',$,$,#9,$,'Obergeschoss',.ELEMENT.,3200.);",
    f"#11=IFCWALL('{guid(11)}',$,'W-01',$,$,#9,$,'T-77',$);",
    f"#12=IFCDOOR('{guid(12)}',$,'D-01',$,$,$,$,'T-78',2100.,900.);",
    f"#13=IFCRELCONTAINEDINSPATIALSTRUCTURE('{guid(13)}',$,$,$,(#11),#10);",
    f"#14=IFCRELAGGREGATES('{guid(14)}',$,$,$,#11,(#12,#11));",
    f"#15=IFCOPENINGELEMENT('{guid(15)}',$,'O',$,$,#9,$,$);",
    f"#20=IFCPROPERTYSET('{guid(20)}',$,'Pset_WallCommon',$,(#21,#22,#23,#24));",
    "#21=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('F\\X\\B090'),$);",
    "#22=IFCPROPERTYSINGLEVALUE('IsExternal',$,IFCBOOLEAN(.F.),$);",
    "#23=IFCPROPERTYBOUNDEDVALUE('Span',$,IFCLENGTHMEASURE(5.),IFCLENGTHMEASURE(2.),$);",
    "#24=IFCPROPERTYENUMERATEDVALUE('Status',$,(IFCLABEL('NEW'),IFCLABEL('OLD')),$);",
    f"#25=IFCRELDEFINESBYPROPERTIES('{guid(25)}',$,$,$,(#11),#20);",
    f"#26=IFCELEMENTQUANTITY('{guid(26)}',$,'Qto',$,$,(#27,#28));",
    "#27=IFCQUANTITYLENGTH('Length',$,$,5400.,$);",
    "#28=IFCQUANTITYAREA('NetSideArea',$,$,14.58,$);",
    f"#29=IFCRELDEFINESBYPROPERTIES('{guid(29)}',$,$,$,(#11),#26);",
    f"#30=IFCWALLTYPE('{guid(30)}',$,'Wall 240',$,$,(#31),$,$,$,.SOLIDWALL.);",
    f"#31=IFCPROPERTYSET('{guid(31)}',$,'Pset_WallCommon',$,(#32,#33));",
    "#32=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('none'),$);",
    "#33=IFCPROPERTYSINGLEVALUE('LoadBearing',$,IFCBOOLEAN(.T.),$);",
    f"#34=IFCRELDEFINESBYTYPE('{guid(34)}',$,$,$,(#11),#30);",
    "#40=IFCMATERIAL('Beton C30/37');",
    "#41=IFCMATERIALLAYER(#40,240.,$);",
    "#42=IFCMATERIALLAYERSET((#41,#43,#42),'Wand');",
    "#43=IFCMATERIALLAYER(#44,20.,$);",
    "#44=IFCMATERIAL('Putz');",
    f"#45=IFCRELASSOCIATESMATERIAL('{guid(45)}',$,$,$,(#30),#42);",
)


def model(folder: Path, *more: str) -> Document:
    """A storey with a wall, and a door that is a part of it."""
    return read(folder, exchange("IFC4", *MODEL, *more), "a.ifc")


def elements(document: Document) -> list[dict[str, str]]:
    """The rows of the elements by column."""
    table = next(table for table in document.tables if table.name == "Elements")
    header = [cell.text for cell in table.rows[0] if cell]
    return [{name: cell.text for name, cell in zip(header, row, strict=True) if cell} for row in table.rows[1:]]


def test_an_element_has_its_place_its_material_and_all_its_properties(tmp_path: Path) -> None:
    """Own properties stand before those of the type; quantities have the project's units; a part is where its whole is."""
    [wall, door] = elements(model(tmp_path))
    assert wall == {
        "GlobalId": guid(11),
        "Type": "IFCWALL",
        "Name": "W-01",
        "Tag": "T-77",
        "Type name": "Wall 240",
        "Storey": "OG1",
        "Material": "Beton C30/37, Putz",
        "fire rating": "F°90",
        "is external": "False",
        "span": "2 … 5 mm",
        "status": "NEW, OLD",
        "length": "5400 mm",
        "net side area": "14.58 m²",
        "load bearing": "True",
    }
    assert door["Storey"] == "OG1"


def test_places_and_project_are_told_apart_from_elements(tmp_path: Path) -> None:
    """Storeys have their elevation in the structure's own table; openings are counted, not listed."""
    document = model(tmp_path)
    [structure] = [table for table in document.tables if table.name == "Spatial structure"]
    assert [cell.text for cell in structure.rows[1] if cell] == [guid(10), "IFCBUILDINGSTOREY", "OG1", "Obergeschoss", "3200 mm"]
    assert {datum.label: datum.text for datum in document.data}["Project"] == "Halle 3"
    assert any(note.startswith("1 openings") for note in document.notes)


def test_one_row_per_element_cites_the_instance(tmp_path: Path) -> None:
    """In row mode each element is a row whose cells name their instance and attribute."""
    found = rows(model(tmp_path), "global_id,name,fire_rating,net_side_area:number,storey", RowMode.TABLE_ROW)
    assert [row.cells["name"].value for row in found] == ["W-01", "D-01"]
    assert found[0].cells["fire_rating"].evidence is not None
    assert found[0].cells["fire_rating"].evidence.path == "#21.NominalValue"
    assert str(found[0].cells["net_side_area"].value) == "14.58"
    assert found[1].cells["fire_rating"].state is not CellState.FOUND


def test_a_file_field_cites_its_instance(tmp_path: Path) -> None:
    """A value said once in the model is a field's, with its path."""
    [row] = rows(model(tmp_path), "project_phase")
    assert row.cells["project_phase"].value == "Entwurf"
    assert row.cells["project_phase"].evidence == Evidence(text="Entwurf", path="#1.Phase", label="Project phase")


def test_circles_of_parts_end(tmp_path: Path) -> None:
    """Elements that contain each other, sets that hold themselves, properties of nothing."""
    circle = (
        f"#50=IFCRELAGGREGATES('{guid(50)}',$,$,$,#12,(#11));",
        f"#51=IFCPROPERTYSET('{guid(51)}',$,'P',$,(#52));",
        "#52=IFCCOMPLEXPROPERTY('c',$,'u',(#52,#53));",
        "#53=IFCPROPERTYSINGLEVALUE('deep',$,IFCLABEL('x'),$);",
        f"#54=IFCRELDEFINESBYPROPERTIES('{guid(54)}',$,$,$,(#12,#99),#51);",
    )
    [_, door] = elements(model(tmp_path, *circle))
    assert door["c deep"] == "x"
