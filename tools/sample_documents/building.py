"""A French architect's model of a small hall as IFC: storeys, walls, a door and a beam with their properties."""

from __future__ import annotations

from collections.abc import Iterator

from tools.sample_documents.exchange import written
from tools.sample_documents.sample import Sample, Truth

ARCHITECT = "Atelier Rivages SARL"
#: Type, name, tag, storey, fire rating, length in millimetres.
ELEMENTS = (
    ("IFCWALL", "Mur nord", "M-01", 10, "EI 60", "12400."),
    ("IFCWALL", "Mur sud", "M-02", 10, "EI 60", "12400."),
    ("IFCDOOR", "Porte atelier", "P-01", 10, "EI 30", ""),
    ("IFCBEAM", "Poutre IPE 240", "B-01", 11, "R 30", "6200."),
)


def sample() -> Sample:
    """Return the model of a hall by Atelier Rivages."""
    return Sample(
        name="maquette-atelier.ifc",
        data=written(("maquette-atelier.ifc", "2026-10-05T16:12:00", "C. Morand", ARCHITECT, "IFC4"), list(_hall())),
        truth=Truth(date="2026-10-05", issuer=ARCHITECT),
        about="IFC building model: two storeys, walls, a door and a beam with properties and quantities",
    )


def _hall() -> Iterator[str]:
    yield f"#1=IFCPROJECT('{_id(1)}',$,'Atelier Rivages',$,$,'Extension de l''atelier','Permis de construire',(#9),#2);"
    yield "#2=IFCUNITASSIGNMENT((#3));"
    yield "#3=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);"
    yield "#4=IFCLOCALPLACEMENT($,#9);"
    yield f"#5=IFCBUILDING('{_id(5)}',$,'Atelier',$,$,#4,$,$,.ELEMENT.,$,$,$);"
    for number, name, elevation in ((10, "RDC", "0."), (11, "Etage 1", "3200.")):
        yield f"#{number}=IFCBUILDINGSTOREY('{_id(number)}',$,'{name}',$,$,#4,$,$,.ELEMENT.,{elevation});"
    yield f"#12=IFCRELAGGREGATES('{_id(12)}',$,$,$,#5,(#10,#11));"
    for index, element in enumerate(ELEMENTS):
        yield from _element(20 * (index + 1), element)


def _element(base: int, element: tuple[str, str, str, int, str, str]) -> Iterator[str]:
    kind, name, tag, storey, rating, length = element
    yield f"#{base}={kind}('{_id(base)}',$,'{name}',$,$,#4,$,'{tag}',$);"
    yield f"#{base + 1}=IFCRELCONTAINEDINSPATIALSTRUCTURE('{_id(base + 1)}',$,$,$,(#{base}),#{storey});"
    yield f"#{base + 2}=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('{rating}'),$);"
    yield f"#{base + 3}=IFCPROPERTYSET('{_id(base + 3)}',$,'Pset_Common',$,(#{base + 2}));"
    yield f"#{base + 4}=IFCRELDEFINESBYPROPERTIES('{_id(base + 4)}',$,$,$,(#{base}),#{base + 3});"
    if length:
        yield f"#{base + 5}=IFCQUANTITYLENGTH('Length',$,$,{length},$);"
        yield f"#{base + 6}=IFCELEMENTQUANTITY('{_id(base + 6)}',$,'Qto_Base',$,$,(#{base + 5}));"
        yield f"#{base + 7}=IFCRELDEFINESBYPROPERTIES('{_id(base + 7)}',$,$,$,(#{base}),#{base + 6});"


def _id(number: int) -> str:
    """A GlobalId of that number."""
    return f"0Riv{number:018}"
