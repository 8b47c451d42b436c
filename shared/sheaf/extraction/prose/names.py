"""What a party is called: where its name begins and ends in running text, and what looks like a name but is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheaf.extraction.traits import has_legal_form, has_postal_code

#: Words of a name at most; longer runs of capitals are headings.
WORDS = 10
_UPPER = "A-Z\u00c0-\u00de"
#: A word with a capital or a digit: Harbour, nStor, 3M, O'Neill.
_WORD = re.compile(rf"[a-z]?[{_UPPER}0-9][\w.'\u2019&/-]*", re.UNICODE)
_SMALL = re.compile(r"(?:of|de|del|della|der|den|van|von|zu|zur|du|des|da|do|dos|das|di|la|le|for|f\u00fcr|the|y|e|et|und|and|&|\+)\Z")
_JOINING = frozenset(("and", "und", "et", "y", "e"))
#: A legal form or a title behind a name, which a comma may part from it.
_FORM = re.compile(
    r"(?:Inc(?:orporated)?|LLC|L\.L\.C|Ltd|Limited|L\.?P|LLP|Corp(?:oration)?|N\.A|S\.?A(?:\.?S)?|S\.?A\.?R\.?L|S\.?L(?:\.?U)?|PLC|"
    r"GmbH|mbH|AG|SE|KG|KGaA|OHG|B\.?V|N\.?V|S\.?r\.?l|S\.?p\.?A|Lda|Ltda|Unipessoal|Pty|Pte|Sdn|Bhd|P\.C|Co|Company|Jr|Sr|II|III|IV|"
    r"Ph\.?D|M\.?D|Esq|e\.?K|A/S|ApS|AB|Oy)\.?\Z",
    re.IGNORECASE,
)
#: Forms that end a name for good; "Corporation" may go on with "of America".
_LAST = re.compile(
    r"(?:Inc|LLC|L\.L\.C|Ltd|LLP|PLC|GmbH|mbH|AG|KG|OHG|S\.A|S\.A\.S|SAS|SARL|S\.L|S\.r\.l|SRL|S\.p\.A|SpA|B\.V|N\.V|Lda|Ltda|"
    r"Corp|Bhd)\.?\Z",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?:[A-Z]|Dr|Dra|St|Mr|Mrs|Ms|Bros|Jr|Sr|Sig|Dipl|Ing|Prof|Pty|Sdn|Pte|Hnos|Gebr|Co|No|Ph)\Z")
#: Nouns of agreements and their forms, which stand where a name is not filled in; with what may follow them.
GENERIC = re.compile(
    r"^(?:the |this |that |each |such |an? )?(?:undersigned|soussign\S*|unterzeichne\S*|ondergetekende\S*|agreement|company|"
    r"part(?:y|ies)|section|"
    r"exhibit|effective date|"
    r"confidential\w*|information|state|employee|employer|executive|recipient|discloser|board|and|or|whereas|article|date|securities|"
    r"commission|non-?disclosure.*|mutual.*|title|name|by|its|print|signature|address|attention|purpose|background|recitals|term|"
    r"distributor|participant|provider|supplier|seller|buyer|client|customer|consultant|contractor|landlord|tenant|lessor|lessee|"
    r"affiliated companies|country of|the netherlands|corporation|subsidiaries|affiliates|each|both|confirmed|agreed|accepted|"
    r"acknowledged|you|your|i|we|it|in|on|if|for|"
    r"vertrag\S*|vereinbarung|parteien|auftraggeber\S*|auftragnehmer\S*|arbeitgeber\S*|arbeitnehmer\S*|vermieter\S*|mieter\S*|"
    r"les parties|las partes|le parti|client[e]?|prestataire|"
    r"articolo|art[ií]culo|artikel|artigo|objet|gegenstand|reunidos|exponen|entre)\b[\w\s-]{0,30}$",
    re.IGNORECASE,
)
#: What stands before a name and is no part of it: articles, titles, words for a firm or a person.
LEAD = re.compile(
    r"(?:(?:the|der|die|das|dem|den|la|le|les|el|los|il|lo|i|de|het|o|a|herrn?|frau|eheleuten?|mm?\.|mme|monsieur|madame|m\u00eas\.|don|"
    r"do\u00f1a|d\.|"
    r"d\u00f1a\.|do\u00f1a|sr\.|sra\.|sig\.(?:ra)?|signor[ae]?|senhora?|mr\.?|ms\.?|mrs\.?|messrs\.?|heer|mevrouw|de heer|by|and|"
    r"und|et|y|en|"
    r"company|firma|fa\.|soci\u00e9t\u00e9|soci\u00e9t\u00e0|sociedad|sociedade|empresa|ditta|vennootschap|employee|executive|"
    r"entidad|mercantil|"
    r"besloten vennootschap|gesellschaft|compagnie|l'|la soci\u00e9t\u00e9|undersigned)(?=[\s,:]|(?<='))[\s,:]*)+",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\d{4,}$")


@dataclass(frozen=True, slots=True)
class Party:
    """A name with where it stands in the flow and how plainly it is a party."""

    name: str
    start: int
    end: int
    told: float
    #: The role its bracket gives it, such as ``Provider``.
    role: str = ""


def party_at(text: str, start: int, end: int, told: float) -> Party | None:
    """The party whose name begins at ``start``, behind an article or a title; None where what stands there is no name."""
    head = start
    while (lead := LEAD.match(text, head, end)) is not None and lead.end() > head:
        head = lead.end()
    stop = name_end(text, head, end)
    name = text[head:stop].replace("\n", " ")
    return Party(name, head, stop, told) if is_name(name) else None


def is_name(name: str) -> bool:
    """Whether a run of capitalised words can be a party's name."""
    if len(name) < 3 or GENERIC.match(name) or _YEARS.search(name) or has_postal_code(name):
        return False
    return sum(character.isalpha() for character in name) >= 2 and not re.match(r"\d+[.)]?(?:\s|$)(?!\w+ (?:GmbH|Inc|Ltd))", name)


def name_end(text: str, start: int, end: int) -> int:
    """Where the name that begins at ``start`` ends; ``start`` itself where none does. A line's end ends it, but for a legal form."""
    position, last, words, before = start, start, 0, ""
    for token in re.finditer(r"\S+", text[start:end]):
        broken = "\n" in text[position : start + token.start()]
        word = token[0].rstrip(',;:)"\u201d')
        core = word if _FORM.fullmatch(word) else word.rstrip(".")
        if words == WORDS or (broken and not _FORM.fullmatch(word)) or not _goes_on(before, core, text[start + token.end() : end]):
            break
        position = start + token.end()
        if not _SMALL.fullmatch(core):
            last, words = start + token.start() + len(_kept(word)), words + 1
        before = token[0]
    return last


def _goes_on(before: str, word: str, rest: str) -> bool:
    """Whether a name that ended with the token ``before`` goes on with ``word``, and ``rest`` behind it."""
    if _FORM.fullmatch(word) and before:
        return not before.endswith((";", ":", ")"))
    if before.endswith((",", ";", ":", ")", '"', "\u201d")) or (before and _ended(before)):
        return False
    if _SMALL.fullmatch(word):
        return bool(before) and _joins(word, before, rest)
    return _WORD.fullmatch(word) is not None


def _ended(before: str) -> bool:
    """Whether the token ends a name: a last legal form, or a full stop that no abbreviation has."""
    if _LAST.fullmatch(before):
        return True
    return before.endswith(".") and not _SHORT.fullmatch(before.rstrip(".")) and not re.fullmatch(r"(?:[A-Z]\.)+", before)


def _joins(small: str, before: str, rest: str) -> bool:
    """Whether a small word stands inside a name: "of" before a capital; "and" only between a word and one with a legal form."""
    following = rest.split()[:4]
    if not following or not _WORD.match(following[0]):
        return small in ("&", "of", "de", "von", "van") and bool(following) and _SMALL.fullmatch(following[0]) is not None
    if small not in _JOINING:
        return not _FORM.fullmatch(before.rstrip(",")) or small in {"of", "&"}
    return (
        bool(re.fullmatch(r"[\w-]+", before))
        and not _FORM.fullmatch(before)
        and any(_FORM.fullmatch(one.strip(",")) for one in following[1:3])
    )


#: Abbreviations that end with a full stop of their own.
_STOPPED = re.compile(r"(?:Inc|Ltd|Corp|Co|Jr|Sr|Esq|Pty|Pte|Bhd|Lda|Ltda|.*[A-Za-z]\.[A-Za-z])\.\Z", re.IGNORECASE)


def _kept(word: str) -> str:
    """The last word without its full stop, unless that belongs to it."""
    return word if _STOPPED.fullmatch(word) else word.rstrip(".")


#: Forms that are told from other words by their capitals.
_CAPITAL_FORM = re.compile(r"\b(?:LLP|L\.L\.P|L\.P|LP|AG|SE|N\.V|NV|S\.A|SA|SAS|GbR|KGaA|PLC|Oy|AB|AS)\b")


def is_firm(name: str) -> bool:
    """Whether a legal form stands in the name."""
    return has_legal_form(name) or _CAPITAL_FORM.search(name) is not None
