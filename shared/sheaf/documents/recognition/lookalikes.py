"""Letters that look alike, decided by their neighbours where the picture leaves them open.

In most typefaces ``I`` and ``l`` are one stroke, and ``O`` and ``0`` one ring. A stroke behind small letters is an l (``S.r.l.``,
``Nat'l``), one between digits a 1, a ring between digits a 0. Any character alone among digits, or a digit alone among letters, is the
likeliest of its own kind that the picture leaves open (``B1750`` is 81750, ``Leve1`` is Level). A letter that was seen clearly stays what
it is; but no word begins with a capital consonant and goes on with a capital I and small letters, clear as that one may look.
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
#: Signs that are one stroke, as letters may be.
_BRACKETS = "[]|!"
_VOWELS = "AEIOUYÀÁÂÄÅÆÈÉÊËÌÍÎÏÒÓÔÖØÙÚÛÜ"
_FEWEST = 2


def settled(letters: Sequence[Letter]) -> list[Letter]:
    """The letters of one word, the doubtful ones among look-alikes as their neighbours say."""
    return [letter._replace(text=_settled(letters, at)) for at, letter in enumerate(letters)]


def _settled(letters: Sequence[Letter], at: int) -> str:
    text = letters[at].text
    if text == "I" and at == 1 and _is_title(letters):
        return "l"
    if letters[at].confidence >= _SEEN or text not in _STROKES + _RINGS:
        return _of_its_kind(letters, at)
    before, after = _beside(letters, at, -1), _beside(letters, at, 1)
    if before.isdigit() and after.isdigit():
        return "1" if text in _STROKES else "0"
    if text in _RINGS and _is_number(letters, at):
        return "0"
    return "l" if text == "I" and before.islower() and not after.isupper() else _of_its_kind(letters, at)


def _is_title(letters: Sequence[Letter]) -> bool:
    """Whether a word begins with a capital consonant and has a small letter in the third place."""
    first, third = letters[0].text, letters[2].text if len(letters) > 2 else ""
    return first.isupper() and first not in _VOWELS and third.islower()


def _of_its_kind(letters: Sequence[Letter], at: int) -> str:
    """A doubtful character as its word has it: the likeliest digit among digits alone, the likeliest letter among letters alone."""
    text, others = letters[at].text, letters[at].others
    if not text.isdigit() and _is_number(letters, at):
        return next((other for other in others if other.isdigit()), text)
    if (text.isdigit() or text in _BRACKETS) and _is_word(letters, at):
        return next((other for other in others if other.isalpha()), text)
    return text


def _is_word(letters: Sequence[Letter], at: int) -> bool:
    """Whether all but one character of a word are letters, two at least, and what stands between letters."""
    others = [letter.text for place, letter in enumerate(letters) if place != at and letter.text not in _JOINTS + _BETWEEN]
    return len(others) >= _FEWEST and all(text.isalpha() for text in others)


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
