"""Text recognition: however a page lies and whatever language it is in, its words come with places and how sure they are."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from sheaf import bootstrap
from sheaf.documents.model import Document, Page, Turn, Word
from sheaf.documents.recognition import alphabet, models
from sheaf.documents.recognition.lookalikes import settled
from sheaf.documents.recognition.options import Recognition
from sheaf.documents.recognition.spelling import Letter
from sheaf.documents.recognition.words import words_of
from sheaf.domain.errors import InvalidInput
from sheaf.domain.rows import Box
from sheaf.settings import Settings
from tests.unit.documents.making import drawn, lines, read

PAPER = ["Invoice number 20418", "Gesamtbetrag 1.234,50", "Due 14 October 2026", "Total 2,611.60 GBP"]


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _word(page: Page, text: str) -> Word:
    return next(word for word in page.words if word.text == text)


def _ink(image: Image.Image, box: Box) -> float:
    """The share of dark pixels within a box."""
    x0, y0, x1, y1 = map(round, box)
    greys = image.convert("L").crop((x0, y0, x1, y1)).tobytes()
    return sum(value < 128 for value in greys) / max(len(greys), 1)


def _holds_its_word(image: Image.Image, box: Box) -> bool:
    """Whether there is ink in the box and hardly any just around it, to the left and right, above and below."""
    left, right = Box(box.x0 - 6, box.y0, box.x0 - 1, box.y1), Box(box.x1 + 1, box.y0, box.x1 + 6, box.y1)
    above, below = Box(box.x0, box.y0 - 6, box.x1, box.y0 - 1), Box(box.x0, box.y1 + 1, box.x1, box.y1 + 6)
    return _ink(image, box) > 0.05 and max(_ink(image, side) for side in (left, right, above, below)) < 0.2


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_however_it_lies(tmp_path: Path, turn: int) -> None:
    """On its feet, on its side or on its head: the lines are the same, and what is cited stands there on the page as it is shown."""
    image = drawn(PAPER).rotate(turn, expand=True)
    page = read(tmp_path, _png(image), "a.png").pages[0]
    assert lines(page) == PAPER
    assert not page.needs_recognition
    assert all(_holds_its_word(image, page.shown(_word(page, text).box)) for text in ("Gesamtbetrag", "20418", "2,611.60"))


@pytest.mark.parametrize("angle", [3.0, -7.0])
def test_a_page_laid_askew_is_straightened(tmp_path: Path, angle: float) -> None:
    """Lines that lean are read as lines, and their words found again where they lean."""
    image = drawn(PAPER).rotate(angle, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    page = read(tmp_path, _png(image), "a.png").pages[0]
    assert lines(page) == PAPER
    assert page.turn is not None
    assert _ink(image, page.shown(_word(page, "20418").box)) > 0.05


def test_letters_of_many_languages_are_spelled(tmp_path: Path) -> None:
    """Umlauts, accents, cedillas, tildes and signs of money come out as they are written."""
    written = ["Größe Übermaß Ärger", "Façade élève œuvre", "Señor ¿Cuánto? mañana", "Città perché Milão ação", "Købmand Åre 12,50 €"]
    page = read(tmp_path, _png(drawn(written, size=36, width=640)), "a.png").pages[0]
    assert lines(page) == written


def test_a_word_that_is_hard_to_see_is_unsure(tmp_path: Path) -> None:
    """Print is sure; a smudge is unsure, or not taken for text at all."""
    image = drawn(["Total 2,611.60", "Balance 77.31"])
    smudge = (200, 140, 400, 200)
    image.paste(image.crop(smudge).filter(ImageFilter.GaussianBlur(7)), smudge)
    page = read(tmp_path, _png(image), "a.png").pages[0]
    assert _word(page, "2,611.60").confidence > 0.9
    assert not [word for word in page.words if word.box.x0 > 190 and word.box.y0 > 120 and word.confidence > 0.8]


def test_a_picture_without_text_is_a_page_without_words(tmp_path: Path) -> None:
    """There being nothing to read is no failure."""
    document = read(tmp_path, _png(Image.new("RGB", (64, 64), "grey")), "a.png")
    assert [(page.words, page.needs_recognition) for page in document.pages] == [([], False)]


def test_only_letters_of_the_chosen_languages_are_looked_for() -> None:
    """A full-width or joined form is the plain one; what belongs to no chosen language is not there; a space parts words."""
    wanted = alphabet.characters(["en"])
    chosen = alphabet.spelling(["a", "é", "：", "中", "ﬁ", " "], wanted)
    assert chosen == alphabet.Spelling((0, 2, 4, 5), ("a", ":", "fi", " "))
    assert alphabet.spelling(["é"], alphabet.characters(["fr"])).written == ("é",)
    assert alphabet.spelling(["中"], alphabet.characters([alphabet.ANY])).written == ("中",)


@pytest.mark.parametrize("languages", ["en,tlh", "", " , "])
def test_languages_that_are_not_known_are_refused(languages: str) -> None:
    """A slip in the setting is told when the installation is opened, with those that are known."""
    with pytest.raises(InvalidInput, match="are any, cs|are cs, .* or any"):
        bootstrap.formats(settings=Settings(ocr_languages=languages))


def test_settings_choose_languages_and_threads() -> None:
    """Codes are read however they are spaced, and no more threads are started than there are cores."""
    recognition = bootstrap.formats(settings=Settings(ocr_languages="EN, de", ocr_threads=64)).recognition
    assert recognition == Recognition(("en", "de"), 64)
    assert 1 <= recognition.pinned_threads <= 64


def test_the_models_know_the_letters_of_every_language() -> None:
    """No language is offered whose small letters the recogniser cannot spell."""
    known = set(models.models(1).classes)
    offered = {**alphabet.LANGUAGES, **alphabet.MORE}
    assert {language: letters for language, letters in offered.items() if not set(letters) <= known} == {}


def test_words_are_parted_by_spaces_and_wide_gaps() -> None:
    """Boxes end half-way to the next word at the latest, and a number is as sure as its least sure digit."""
    from numpy import array, float32

    corners = array([[0, 0], [400, 0], [400, 20], [0, 20]], dtype=float32)
    letters = [Letter("a", 0.9, 0.1), Letter("1", 0.5, 0.14), Letter(" ", 1, 0.17), Letter("c", 1, 0.2), Letter("d", 1, 0.5)]
    words = words_of(corners, letters, 0.5)
    assert [(word.text, word.confidence) for word in words] == [("a1", 0.5), ("c", 1), ("d", 1)]
    assert all(before.box.x1 <= after.box.x0 for before, after in pairwise(words))
    assert words[2].box.x0 <= 100 <= words[2].box.x1


def test_a_date_and_a_time_close_together_are_two() -> None:
    """Digits stand at equal distances, so a gap between two of them parts numbers, however small it is."""
    from numpy import array, float32

    corners = array([[0, 0], [400, 0], [400, 30], [0, 30]], dtype=float32)
    places = [0.05 * number + (0.05 if number > 9 else 0) for number in range(15)]
    letters = [Letter(text, 1, at) for text, at in zip("12-06-201817:46", places, strict=True)]
    assert [word.text for word in words_of(corners, letters, 1)] == ["12-06-2018", "17:46"]


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("S.r.I.", "S.r.l."),
        ("Nat'I", "Nat'l"),
        ("2O1I7", "20117"),
        ("29O", "290"),
        ("PIN", "PIN"),
        ("Io", "Io"),
        ("0,5l", "0,5l"),
        ("wIN", "wIN"),
    ],
)
def test_look_alikes_are_what_their_neighbours_say(seen: str, meant: str) -> None:
    """A doubtful stroke behind small letters is an l, one among digits a digit; what was seen clearly stays."""
    assert "".join(letter.text for letter in settled([Letter(text, 0.7, 0) for text in seen])) == meant
    assert "".join(letter.text for letter in settled([Letter(text, 0.99, 0) for text in seen])) == seen


@pytest.mark.parametrize(
    ("seen", "at", "others", "meant"),
    [
        ("B1750", 0, "83", "81750"),
        ("Leve1", 4, "l]", "Level"),
        ("MENTA[", 5, "I", "MENTAI"),
        ("Te1:", 2, "l", "Tel:"),
        ("B1750", 0, "E", "B1750"),
        ("Leve1", 4, "", "Leve1"),
        ("A1B2", 1, "l", "A1B2"),
        ("B4", 0, "8", "B4"),
        ("(M)", 0, "C", "(M)"),
    ],
)
def test_a_doubtful_character_is_of_its_words_kind(seen: str, at: int, others: str, meant: str) -> None:
    """Alone among digits it is a digit, among letters a letter, where the picture leaves that open; in codes and short words it stays."""
    letters = [Letter(text, 0.5 if place == at else 1, 0, others if place == at else "") for place, text in enumerate(seen)]
    assert "".join(letter.text for letter in settled(letters)) == meant


@pytest.mark.parametrize(("seen", "meant"), [("BIk", "Blk"), ("PIaza", "Plaza"), ("AIs", "AIs"), ("BIG", "BIG"), ("McIntosh", "McIntosh")])
def test_no_word_goes_on_with_a_capital_i_and_small_letters(seen: str, meant: str) -> None:
    """However clear it looks, it is an l behind a capital consonant; not behind vowels, among capitals, or inside a name."""
    assert "".join(letter.text for letter in settled([Letter(text, 1, 0) for text in seen])) == meant


def test_a_turned_box_goes_back_to_where_it_was() -> None:
    """The rectangle on the page as it is shown is the smallest around the corners."""
    page = Page(1, 200, 100, turn=Turn(0, 1, 0, -1, 0, 200))
    assert page.shown(Box(10, 20, 50, 40)) == Box(20, 150, 40, 190)
    assert Document(format="x", pages=[page]).tables == []
