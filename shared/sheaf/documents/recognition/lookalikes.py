"""Letters that look alike, decided by their neighbours where the picture leaves them open.

In most typefaces ``I`` and ``l`` are one stroke, and ``O`` and ``0`` one ring. A stroke behind small letters is an l (``S.r.l.``,
``Nat'l``), one between digits a 1, a ring between digits a 0. A letter that was seen clearly stays what it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.documents.recognition.spelling import Letter

#: A letter as sure as this was seen.
_SEEN = 0.98
_STROKES = "Il|"
_RINGS = "Oo"
#: What may stand between letters of one word.
_JOINTS = ".'’"
_BETWEEN = ".,-/:"
_FEWEST = 2


def settled(letters: Sequence[Letter]) -> list[Letter]:
    """The letters of one word, the doubtful ones among look-alikes as their neighbours say."""
    return [letter._replace(text=_settled(letters, at)) for at, letter in enumerate(letters)]


def _settled(letters: Sequence[Letter], at: int) -> str:
    text = letters[at].text
    if letters[at].confidence >= _SEEN or text not in _STROKES + _RINGS:
        return text
    before, after = _beside(letters, at, -1), _beside(letters, at, 1)
    if before.isdigit() and after.isdigit():
        return "1" if text in _STROKES else "0"
    if text in _RINGS and _is_number(letters, at):
        return "0"
    return "l" if text == "I" and before.islower() and not after.isupper() else text


def _is_number(letters: Sequence[Letter], at: int) -> bool:
    """Whether all but one letter of a word are digits, two at least, and what stands between digits."""
    others = [letter.text for place, letter in enumerate(letters) if place != at and letter.text not in _BETWEEN]
    return len(others) >= _FEWEST and all(text.isdigit() for text in others)


def _beside(letters: Sequence[Letter], at: int, step: int) -> str:
    """The next letter in a direction, over joints; ``""`` where the word ends."""
    at += step
    while 0 <= at < len(letters) and letters[at].text in _JOINTS:
        at += step
    return letters[at].text if 0 <= at < len(letters) else ""
