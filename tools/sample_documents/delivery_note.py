"""A delivery note as plain text: it names goods and no money."""

from __future__ import annotations

from tools.sample_documents.sample import Sample, Truth

TEXT = """Gartenbau Ahrens eK · Moorweg 3 · 26160 Bad Zwischenahn

Lieferschein

Lieferschein-Nr.:   LS 20931
Lieferdatum:        25.09.2026
Ihre Bestellung:    vom 18.09.2026, telefonisch (Frau Janßen)

Empfänger:          Hotel Deichblick
                    Strandallee 40
                    26434 Wangerland

Pos  Menge  Bezeichnung                              Topf
  1     24  Lavandula angustifolia 'Hidcote'         2 l
  2     12  Hydrangea paniculata 'Limelight'         7,5 l
  3      6  Buxus sempervirens, Kugel 35 cm          10 l
  4      8  Sack Pflanzerde torffrei, 40 l

Ware vollständig und unbeschädigt erhalten:

25.09.2026  gez. Janßen
"""


def sample() -> Sample:
    """Return the delivery note of Gartenbau Ahrens eK."""
    truth = Truth(document_number="LS 20931", date="2026-09-25", issuer="Gartenbau Ahrens eK", recipient="Hotel Deichblick")
    return Sample(name="notes/lieferschein-20931.txt", data=TEXT.encode(), truth=truth, about="German delivery note as plain text")
