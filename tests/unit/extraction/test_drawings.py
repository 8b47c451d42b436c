"""Fields of drawings: the labels of ISO 7200 in several languages, from title blocks as data and as printed."""

from __future__ import annotations

import pytest

from sheaf.documents.model import Datum, Document, Page
from tests.unit.extraction.pages import read

FIELDS = "drawing_number,title,revision,scale,material,date:date,drawn_by,checked_by,approved_by"
#: Each language's words for the fields above, in their order.
LABELS = {
    "en": "Drawing number|Title|Revision index|Scale|Material|Date|Drawn by|Checked by|Approved by",
    "de": "Zeichnungs-Nr.|Benennung|Änderungsindex|Maßstab|Werkstoff|Datum|Gezeichnet|Geprüft|Freigegeben",
    "fr": "N° de plan|Titre du plan|Indice de révision|Échelle|Matière|Date|Dessiné par|Vérifié par|Approuvé par",
    "es": "Número de plano|Denominación|Índice de revisión|Escala|Material|Fecha|Dibujado por|Revisado por|Aprobado por",
    "it": "Numero disegno|Denominazione|Indice di revisione|Scala|Materiale|Data|Disegnato da|Verificato da|Approvato da",
}
VALUES = ("ZN-40217-03", "Bearing support", "B", "1:2", "EN-GJL-250", "14.09.2026", "G. Ferraro", "A. Conti", "M. Rossi")


@pytest.mark.parametrize("language", sorted(LABELS))
def test_attributes_of_a_title_block_are_known_by_their_labels(language: str) -> None:
    """Every field of a title block that is data is found, whatever the language of its labels."""
    labels = LABELS[language].split("|")
    data = [Datum(f"Model/TITLE.A{index}", value, label) for index, (label, value) in enumerate(zip(labels, VALUES, strict=True))]
    cells = read(Document(format="dxf", pages=[Page(1, 100.0, 100.0)], data=data), FIELDS)
    assert [str(cell.value) for cell in cells.values()] == [*VALUES[:5], "2026-09-14", *VALUES[6:]]


@pytest.mark.parametrize("language", sorted(LABELS))
def test_a_printed_title_block_has_its_values_under_its_labels(language: str) -> None:
    """Number and material stand below their labels, as boxes of a title block have them."""
    number, _, _, _, material, *_ = LABELS[language].split("|")
    page = f"{number:40}{material}\n{VALUES[0]:40}{VALUES[4]}\n"
    cells = read(page, "drawing_number,material")
    assert [cell.value for cell in cells.values()] == [VALUES[0], VALUES[4]]


def test_meanings_name_fields_that_no_label_does() -> None:
    """Data that says what it is by its role serves a field of any language."""
    data = [Datum("A", "S355", "GEN TITLE MAT1", "drawing.material"), Datum("B", "C", "x", "drawing.revision")]
    cells = read(Document(format="dxf", pages=[Page(1, 100.0, 100.0)], data=data), "werkstoff,revision_index")
    assert [cell.value for cell in cells.values()] == ["S355", "C"]
