"""What an installation says about text recognition; apart, since it is read where nothing heavy is loaded."""

from __future__ import annotations

import os
from dataclasses import dataclass

from sheaf.documents.recognition.alphabet import LANGUAGES, characters


@dataclass(frozen=True, slots=True)
class Recognition:
    """How pictures of pages are read."""

    #: Languages whose letters are looked for; those of other scripts are taken for the most similar ones.
    languages: tuple[str, ...] = tuple(LANGUAGES)
    #: Threads one page is read with; 0 is one per core and at most two, beyond which a page gains little.
    threads: int = 0
    #: Seconds that one page may take before what is left of it is given up.
    page_seconds: float = 60.0
    #: Seconds that all pages of one file may take; those that are left are named in its notes.
    document_seconds: float = 150.0

    @classmethod
    def of(cls, languages: str, threads: int) -> Recognition:
        """What settings say: codes of languages with commas between, and a number of threads.

        Raises:
            InvalidInput: a language that is not known, with those that are.
        """
        codes = tuple(filter(None, (code.strip().lower() for code in languages.split(","))))
        characters(codes)
        return cls(codes, threads)

    @property
    def pinned_threads(self) -> int:
        """The number of threads to start, never more than there are cores."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return max(1, min(self.threads or 2, cores))
