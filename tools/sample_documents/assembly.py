"""An assembly of a German gear maker as STEP: products with materials and masses, and how many of each it has."""

from __future__ import annotations

from collections.abc import Iterator

from tools.sample_documents.exchange import written
from tools.sample_documents.sample import Sample, Truth

MAKER = "Nordwerk Antriebe GmbH"
#: Part number, name, revision, material, mass in kilograms, and how many of it are in the assembly.
PARTS = (
    ("NA-4400", "Winkelgetriebe", "C", "", "18.4", 0),
    ("NA-4401", "Geh\\X2\\00E4\\X0\\use", "B", "EN-GJL-250", "11.2", 1),
    ("NA-4410", "Welle", "A", "42CrMo4", "3.1", 2),
    ("DIN 912 M8x30", "Zylinderschraube", "", "8.8", "0.035", 8),
)


def sample() -> Sample:
    """Return the assembly of a bevel gear by Nordwerk Antriebe."""
    head = ("NA-4400.stp", "2026-08-21T09:30:00", "H. Brandt", MAKER, "AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }")
    return Sample(
        name="baugruppe-winkelgetriebe.stp",
        data=written(head, list(_assembly())),
        truth=Truth(document_number="NA-4400", date="2026-08-21", issuer=MAKER),
        about="STEP assembly of four products with materials, masses and quantities",
    )


def _assembly() -> Iterator[str]:
    yield "#1=APPLICATION_CONTEXT('automotive design');"
    yield "#2=PRODUCT_CONTEXT('',#1,'mechanical');"
    yield "#3=(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.));"
    yield "#4=(MASS_UNIT()NAMED_UNIT(*)SI_UNIT(.KILO.,.GRAM.));"
    yield "#5=(GEOMETRIC_REPRESENTATION_CONTEXT(3)GLOBAL_UNIT_ASSIGNED_CONTEXT((#3,#4))REPRESENTATION_CONTEXT('',''));"
    for index, part in enumerate(PARTS):
        yield from _product(100 * (index + 1), part)
    number = 900
    for index, part in enumerate(PARTS):
        for _ in range(part[-1]):
            number += 1
            yield f"#{number}=NEXT_ASSEMBLY_USAGE_OCCURRENCE('{number}','','',#102,#{100 * (index + 1) + 2},$);"


def _product(base: int, part: tuple[str, str, str, str, str, int]) -> Iterator[str]:
    id_, name, revision, material, mass, _ = part
    yield f"#{base}=PRODUCT('{id_}','{name}','',(#2));"
    yield f"#{base + 1}=PRODUCT_DEFINITION_FORMATION('{revision}','',#{base});"
    yield f"#{base + 2}=PRODUCT_DEFINITION('design','',#{base + 1},#1);"
    yield f"#{base + 3}=PROPERTY_DEFINITION('weight','',#{base + 2});"
    yield f"#{base + 4}=MEASURE_REPRESENTATION_ITEM('mass measure',MASS_MEASURE({mass}),#4);"
    yield f"#{base + 5}=REPRESENTATION('mass',(#{base + 4}),#5);"
    yield f"#{base + 6}=PROPERTY_DEFINITION_REPRESENTATION(#{base + 3},#{base + 5});"
    if material:
        yield f"#{base + 7}=PROPERTY_DEFINITION('material property','material name',#{base + 2});"
        yield f"#{base + 8}=DESCRIPTIVE_REPRESENTATION_ITEM('{material}','');"
        yield f"#{base + 9}=REPRESENTATION('material name',(#{base + 8}),#5);"
        yield f"#{base + 10}=PROPERTY_DEFINITION_REPRESENTATION(#{base + 7},#{base + 9});"
