"""A mutual non-disclosure agreement of two pages, all prose."""

from __future__ import annotations

from tools.sample_documents.paper import GREY, SERIF, Paper
from tools.sample_documents.sample import Sample, Truth

LEFT, RIGHT = 78, 517
FIRST = "Tidewater Robotics Inc."
SECOND = "Halcyon Sensors LLC"
CLAUSES = [
    (
        "Purpose.",
        "The parties wish to explore a joint development of underwater ranging sensors (the “Purpose”) and, in connection with the Purpose, each party may disclose to the other certain confidential technical and business information which the disclosing party wants the receiving party to treat as confidential.",
    ),
    (
        "Confidential Information.",
        "“Confidential Information” means any information disclosed by either party to the other, directly or indirectly, in writing, orally or by inspection of tangible objects, including without limitation documents, prototypes, firmware, test data, drawings and customer lists, which is designated as confidential or would reasonably be understood to be so. It does not include information that the receiving party can show was public, was already known to it, was lawfully received from a third party, or was developed independently without use of the disclosing party's information.",
    ),
    (
        "Non-use and Non-disclosure.",
        "Each party agrees not to use the other's Confidential Information for any purpose except to evaluate and engage in discussions concerning the Purpose, and not to disclose it to third parties, or to employees other than those who are required to have it in order to evaluate the Purpose. Neither party shall reverse engineer, disassemble or decompile any prototypes, software or other tangible objects which embody the other party's Confidential Information.",
    ),
    (
        "Maintenance of Confidentiality.",
        "Each party shall take at least those measures that it takes to protect its own most highly confidential information, and shall promptly notify the other of any unauthorised use or disclosure of which it becomes aware. Copies shall be made only as needed for the Purpose and shall carry the same notices as the original.",
    ),
    (
        "No Obligation.",
        "Nothing in this Agreement obliges either party to proceed with any transaction, and each party reserves the right, in its sole discretion, to end the discussions contemplated by this Agreement.",
    ),
    (
        "No Warranty.",
        "All Confidential Information is provided “as is”. Neither party makes any warranty, express or implied, regarding its accuracy, completeness or performance.",
    ),
    (
        "Return of Materials.",
        "All documents and other tangible objects containing or representing Confidential Information remain the property of the disclosing party and shall be returned or destroyed within ten (10) days of its written request.",
    ),
    (
        "Term.",
        "The obligations of each receiving party under this Agreement survive for a period of three (3) years from the Effective Date, or until all Confidential Information of the other party becomes publicly known through no action of the receiving party, whichever comes first.",
    ),
    (
        "Remedies.",
        "Each party agrees that any violation or threatened violation of this Agreement may cause irreparable injury to the other, entitling it to seek injunctive relief in addition to all legal remedies.",
    ),
    (
        "Miscellaneous.",
        "This Agreement binds and benefits the parties and their successors and assigns. It shall be governed by the laws of the State of Oregon, without reference to conflict of laws principles. It contains the entire agreement of the parties with respect to its subject matter and may be amended only in writing signed by both parties.",
    ),
]
FIRST_PAGE = 7


def sample() -> Sample:
    """Return the agreement between Tidewater Robotics Inc. and Halcyon Sensors LLC."""
    paper = Paper(title="Mutual Non-Disclosure Agreement", author=FIRST, fonts=SERIF)
    y = _opening(paper)
    _clauses(paper, y, 0, FIRST_PAGE)
    _foot(paper, 1)
    paper.page()
    y = _clauses(paper, 84, FIRST_PAGE, len(CLAUSES))
    _signatures(paper, y + 24)
    _foot(paper, 2)
    truth = Truth(date="2026-08-21", issuer=FIRST, recipient=SECOND)
    return Sample(
        name="contracts/mutual-nda.pdf", data=paper.pdf(), truth=truth, about="American non-disclosure agreement of two pages, prose only"
    )


def _opening(paper: Paper) -> float:
    paper.text((LEFT + RIGHT) / 2, 92, "MUTUAL NON-DISCLOSURE AGREEMENT", size=15, bold=True, align="centre")
    opening = (
        f"This Mutual Non-Disclosure Agreement (this “Agreement”) is entered into as of August 21, 2026 (the “Effective Date”) by and between {FIRST}, a Delaware corporation "
        f"with offices at 1180 Cannery Row, Suite 300, Astoria, Oregon 97103, and {SECOND}, an Oregon limited liability company with offices at 47 Millrace Drive, Eugene, Oregon 97403."
    )
    return paper.wrap(LEFT, 128, opening, RIGHT - LEFT, size=11) + 10


def _clauses(paper: Paper, y: float, start: int, stop: int) -> float:
    for number, (title, text) in enumerate(CLAUSES[start:stop], start + 1):
        y = paper.text(LEFT, y, f"{number}.  {title}", size=11, bold=True)
        y = paper.wrap(LEFT, y, text, RIGHT - LEFT, size=11) + 8
    return y


def _signatures(paper: Paper, y: float) -> None:
    paper.text(LEFT, y, "IN WITNESS WHEREOF, the parties have executed this Agreement as of the Effective Date.", size=11)
    people = (
        (LEFT, FIRST.upper(), "Noor Castellano", "Chief Executive Officer"),
        (310, SECOND.upper(), "Wendell Pryce", "Managing Member"),
    )
    for x, company, name, role in people:
        paper.text(x, y + 40, company, size=10.5, bold=True)
        paper.text(x, y + 80, "By:", size=10.5)
        paper.rule(x + 34, y + 82, x + 190)
        paper.lines(x, y + 100, [f"Name:  {name}", f"Title:  {role}"], size=10.5)


def _foot(paper: Paper, page: int) -> None:
    paper.text((LEFT + RIGHT) / 2, 800, f"Mutual Non-Disclosure Agreement  ·  Page {page} of 2", size=9, align="centre", colour=GREY)
