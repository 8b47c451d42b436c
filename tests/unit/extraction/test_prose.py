"""Agreements: what sentences say."""

from __future__ import annotations

from datetime import date

import pytest

from sheaf.domain.rows import CellState
from tests.unit.extraction.pages import read

AGREEMENT = """
    MUTUAL NON-DISCLOSURE AGREEMENT

    This Agreement is made and entered into as of the 8th day of February, 2019 by and between
    Harbour Lights, Inc., a Delaware corporation with offices at 1 Pier Street ("Harbour"), and
    Northern Mills Limited, a company registered in England ("Mills").

    1. The term of this Agreement shall be two (2) years from the date above.

    2. This Agreement shall be governed by and construed in accordance with the laws of the State
    of New York, without regard to its conflict of laws principles.
"""


def test_an_agreement_says_when_where_who_and_how_long() -> None:
    """No label stands beside any of these."""
    cells = read(AGREEMENT, "effective_date:date,jurisdiction,party:list,term")
    assert cells["effective_date"].value == date(2019, 2, 8)
    assert cells["jurisdiction"].value == "New York"
    assert cells["party"].value == ("Harbour Lights, Inc.", "Northern Mills Limited")
    assert cells["term"].value == "2 years"


def test_evidence_of_a_sentence_is_verbatim() -> None:
    """The value is normalised, the evidence is not."""
    cell = read(AGREEMENT, "term")["term"]
    assert cell.evidence is not None
    assert cell.evidence.text == "two (2) years"


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("This Agreement is governed by the laws of the Commonwealth of Virginia.", "Virginia"),
        ("It shall be governed by the laws of the United States, State of Nevada.", "Nevada"),
        ("This contract will be interpreted under California law.", "California"),
        ("Es gilt das Recht der Bundesrepublik Deutschland.", "Bundesrepublik Deutschland"),
        ("Le contrat est soumis au droit fran\u00e7ais.", "fran\u00e7ais"),
        ("THIS AGREEMENT SHALL BE GOVERNED BY THE LAWS OF THE STATE OF OHIO.", "Ohio"),
    ],
)
def test_the_governing_law_in_many_wordings(sentence: str, place: str) -> None:
    """The place is what remains without state, laws and articles."""
    assert read(sentence, "jurisdiction")["jurisdiction"].value == place


def test_an_invoice_names_no_governing_law() -> None:
    """Nothing speaks of it: missing."""
    assert read("Invoice No: 1\nTotal: 5.00", "jurisdiction")["jurisdiction"].state is CellState.MISSING


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            (
                "zwischen der\n\nNordlicht Anlagenbau GmbH\nHafenstra\u00dfe 12\n20457 Hamburg\nvertreten durch Jens Petersen\n"
                "\u2013 nachfolgend \u201eInformationsgeber\u201c genannt \u2013\n\nund der\n\nAlpenglas AG\nSeeweg 4\n83684 Tegernsee\n"
            ),
            ("Nordlicht Anlagenbau GmbH", "Alpenglas AG"),
        ),
        (
            (
                "ENTRE LES SOUSSIGN\u00c9S :\n\nLa soci\u00e9t\u00e9 Ateliers Lumen SAS, dont le si\u00e8ge est 2 quai du Port,\n"
                "ci-apr\u00e8s \u00ab le Client \u00bb,\nD'UNE PART,\n\nET :\n\nMonsieur Paul Garnier, demeurant \u00e0 Lyon,\n"
                "ci-apr\u00e8s \u00ab le Prestataire \u00bb,\nD'AUTRE PART,\n"
            ),
            ("Ateliers Lumen SAS", "Paul Garnier"),
        ),
        (
            (
                "REUNIDOS\n\nDe una parte, D. \u00c1lvaro Ruiz, en nombre y representaci\u00f3n de Olivares Altos, S.L., con domicilio "
                'en Calle Betis 20 (en adelante, la "Parte Divulgadora").\n\nDe otra parte, Marta Soler, en nombre y representaci\u00f3n '
                'de Tecnofruta S.A. (en adelante, la "Parte Receptora").\n'
            ),
            ("Olivares Altos, S.L.", "Tecnofruta S.A."),
        ),
        (
            (
                'TRA\nil Sig. Giorgio Ferri, nato a Parma (di seguito "Locatore")\nE\nStudio Arco S.r.l., con sede in Modena '
                '(di seguito "Conduttore")\n'
            ),
            ("Giorgio Ferri", "Studio Arco S.r.l."),
        ),
        (
            (
                'De ondergetekenden:\n\n1. Molenzicht B.V., gevestigd te Utrecht, hierna: "Opdrachtgever";\n\nen\n\n'
                '2. Van Dijk Advies N.V., gevestigd te Breda, hierna: "Opdrachtnemer",\n'
            ),
            ("Molenzicht B.V.", "Van Dijk Advies N.V."),
        ),
        (
            (
                "PARTIES\n(1) BLACKTHORN ENERGY LIMITED, a company incorporated in England and Wales whose office is in Bristol; and\n"
                "(2) TESSELLATE PLC, a company incorporated in Scotland.\n\nBACKGROUND\n"
            ),
            ("BLACKTHORN ENERGY LIMITED", "TESSELLATE PLC"),
        ),
        (
            (
                'This Agreement is made by ____________ (the "Recipient"), in favor of Quarry Point Software, LLC, '
                'a Nevada company (the "Discloser").\n'
            ),
            ("Quarry Point Software, LLC",),
        ),
        (
            "LEASE\n\nLandlord: Beatrice Okafor\nTenant: Samuel Lindqvist and Maria Lindqvist\n",
            ("Beatrice Okafor", "Samuel Lindqvist", "Maria Lindqvist"),
        ),
        (
            (
                "This letter agreement binds us both.\n\nRIVERBEND SYSTEMS, INC.          KESTREL AVIONICS CORP.\n\n"
                "By: /s/ Anna Pole                By: /s/ Mark Tuck\nTitle: President                 Title: CFO\n"
            ),
            ("RIVERBEND SYSTEMS, INC.", "KESTREL AVIONICS CORP."),
        ),
        (
            'As a condition of my employment with Harrow Biotech Inc. (the "Company"), I agree.\n\n/s/ Thomas Nguyen\nSignature\n',
            ("Harrow Biotech Inc.", "Thomas Nguyen"),
        ),
    ],
    ids=["german", "french", "spanish", "italian", "dutch", "numbered", "unilateral", "labels", "signatures", "employee"],
)
def test_who_an_agreement_is_between(text: str, names: tuple[str, ...]) -> None:
    """Lists behind a heading or "between", roles as labels, brackets and signatures; in the words of several languages."""
    cell = read(text, "party:list")["party"]
    assert cell.value == names
    assert cell.evidence is not None


def test_whom_one_signs_for_is_the_party() -> None:
    """A signer with an office is none, nor are a party's subsidiaries and the place of its registration."""
    text = (
        "This Agreement is between Endive Foods Inc., for itself and its subsidiaries Endive Sauces Inc. and Endive Oils Inc., and Halden "
        "Freight, Inc., a Texas corporation with offices in Austin and Dallas.\n\nENDIVE FOODS INC.\nBy: /s/ Doug Marsh\nVice President\n"
    )
    assert read(text, "party:list")["party"].value == ("Endive Foods Inc.", "Halden Freight, Inc.")


def test_a_letter_is_between_who_signs_it_and_whom_it_is_sent_to() -> None:
    """The firm with its bracket and the person who signs below the firm's block; whose office makes him sign for the firm is none."""
    text = (
        "October 2, 2018\n\nMs. Rachel Stone\n\nDear Rachel:\n\nThis letter sets out the terms on which Bluebird Medical Group, "
        'LLC (the "Company") offers this.\n\nSincerely,\n\nBLUEBIRD MEDICAL GROUP, LLC\n\nBy: /s/ Greg Olson\nGreg Olson, Chief '
        "Executive Officer\n\nACCEPTED AND AGREED:\n\n/s/ Rachel Stone\nRachel Stone\n"
    )
    cells = read(text, "party:list,effective_date:date")
    assert cells["party"].value == ("BLUEBIRD MEDICAL GROUP, LLC", "Rachel Stone")
    assert cells["effective_date"].value == date(2018, 10, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Dieser Vertrag ersetzt den Vertrag vom 1. M\u00e4rz 2019.\n\nErfurt, 12.05.2021\n", date(2021, 5, 12)),
        (
            "It refers to that certain Plan of Merger dated as of May 1, 2013.\n\n/s/ Ann Pole\nDate: June 4, 2014\n",
            date(2014, 6, 4),
        ),
        ("En Granada, a 1 de julio de 2023.\n\nLa duraci\u00f3n de este contrato ser\u00e1 de un a\u00f1o.\n", date(2023, 7, 1)),
    ],
    ids=["place", "signature", "spanish"],
)
def test_an_agreement_is_dated_by_where_or_by_whom_it_is_signed(text: str, day: date) -> None:
    """Behind the place, beside a signature; the date of another paper is not its own."""
    assert read(text, "effective_date:date")["effective_date"].value == day


def test_what_is_no_period_is_no_term() -> None:
    """Words behind a label "Term" that tell neither a number nor an end are not taken."""
    cells = read("Term: and for\n\nThis agreement ends some day.\n", "term")
    assert cells["term"].state is not CellState.FOUND
    assert read("O prazo deste contrato \u00e9 de 5 (cinco) anos.", "term")["term"].value == "5 years"
