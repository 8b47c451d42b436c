"""pdfplumber, on its defaults."""

from __future__ import annotations

from pathlib import Path

import pdfplumber

from bench.extract.work import Found, Reading, Work, Works

ABOUT = "words with boxes, and tables by the lines drawn around their cells; no fields, no recognition"


def _words() -> Reading:
    def read(path: Path) -> Found:
        with pdfplumber.open(path) as document:
            return Found(words=sum(len(page.extract_words()) for page in document.pages))

    return read


def _tables() -> Reading:
    def read(path: Path) -> Found:
        with pdfplumber.open(path) as document:
            rows = [row for page in document.pages for table in page.extract_tables() for row in table]
        return Found(rows=[[cell or "" for cell in row] for row in rows])

    return read


WORKS: Works = {Work.WORDS: _words, Work.TABLES: _tables}
