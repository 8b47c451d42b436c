"""docling-parse: the PDF parser of docling, on its own; docling's other steps fetch their models."""

from __future__ import annotations

from pathlib import Path

from docling_parse.pdf_parser import DoclingPdfParser

from bench.extract.work import Found, Reading, Work, Works

ABOUT = "words, lines and characters of every page with boxes; no tables, fields or recognition, which docling does with models it fetches"


def _words() -> Reading:
    parser = DoclingPdfParser(loglevel="fatal")

    def read(path: Path) -> Found:
        document = parser.load(path_or_stream=path)
        words = sum(len(page.word_cells) for _, page in document.iterate_pages())
        document.unload()
        return Found(words=words)

    return read


WORKS: Works = {Work.WORDS: _words}
