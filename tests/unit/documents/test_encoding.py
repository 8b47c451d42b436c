"""Encodings told by what the bytes are, and by what they would spell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.documents.encoding import SAMPLE_BYTES, decoded, encoding_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_recognised_with_and_without_a_mark(encoding: str) -> None:
    """Every Unicode encoding that files come in is read back, without its mark."""
    text = "Name;Stadt\nMüller;Köln\n" * 3
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("code_page", "text"),
    [
        ("cp1252", "Artikel;Größe\nÖl, süß;5 m³\n"),
        ("cp1252", "Désignation;Société\nHôtel du Château;François Lefèvre\n"),
        ("cp1252", "Descripción;Año\n¿Qué?;Peñón nº 3, Málaga\n"),
        ("cp1252", "Descrição;Preço\nPão de açúcar, Conceição;3\n"),
        ("cp1252", "Beskrivelse;År\nRødgrød med fløde;3\n"),
        ("cp1252", "Descrizione;Qualità\nCaffè perché più;3\n"),
        ("cp1252", "Price £5 – “quoted” café;10 €\n"),
        ("cp1250", "Nazwa;Ilość\nŚruba żółta;Łódź, ulica Świętojańska\n"),
        ("cp1250", "Název;Množství\nŠroub žlutý;Plzeň, Třebíč\n"),
        ("cp1250", "Megnevezés;Mennyiség\nTűzoltó fűrész;Győr\n"),
        ("cp1251", "Наименование;Количество\nГород Москва, улица Ленина;4\n"),
        ("cp1253", "Περιγραφή;Ποσότητα\nΑθήνα, οδός Ερμού;4\n"),
        ("cp1254", "Açıklama;Şehir\nİstanbul şişe;3\n"),
        ("shift_jis", "品名;数量\n東京都渋谷区、株式会社サンプル;4\n"),
        ("gb18030", "名称;数量\n北京市海淀区有限公司;4\n"),
        ("euc_kr", "품명;수량\n서울특별시 강남구 주식회사;4\n"),
    ],
)
def test_code_pages_are_told_by_their_letters(code_page: str, text: str) -> None:
    """Exports in the code pages of Windows read as they were written."""
    assert decoded(text.encode(code_page)) == text


def test_a_broken_byte_does_not_make_unicode_anything_else() -> None:
    """One bad byte in a long text is replaced; the others stay what they are."""
    data = "Zürich, Köln, Málaga, Łódź, Århus, Besançon\n".encode() * 3 + b"\xff"
    assert decoded(data).startswith("Zürich, Köln")


def test_the_whole_file_decides_when_its_beginning_is_plain() -> None:
    """A file that is ASCII for long and Western later loses no letter."""
    text = "plain\n" * SAMPLE_BYTES + "Größe\n"
    assert decoded(text.encode("cp1252")) == text


def test_binary_is_no_text() -> None:
    """Control characters in number, or zeros out of order, are no text."""
    assert encoding_of(bytes(range(32)) * 4) is None
    assert encoding_of(b"\0\0\0\1abc\0") is None


@given(st.binary(max_size=300))
def test_any_bytes_decode(data: bytes) -> None:
    """Nothing makes decoding fail."""
    assert isinstance(decoded(data), str)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\0"), max_size=200))
def test_what_is_unicode_stays_as_it_is(text: str) -> None:
    """UTF-8 comes back exactly."""
    assert decoded(text.encode()) == text
