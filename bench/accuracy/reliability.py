"""Whether confidence tells the truth: how many of the values of each confidence are right, and what a threshold accepts.

``python -m bench.accuracy FOLDER… --reliability PLOT.svg`` draws it for the halves that were not tuned on.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from sheaf.extraction.scores import calibration_error

#: (confidence, share right) of every value that was found.
Sure: TypeAlias = Sequence[tuple[float, float]]

BINS = 10
#: Fewest values of a set that are drawn; a tenth of fewer says nothing.
DRAWN = 50
#: Shares right among the accepted that a threshold is looked for.
WANTED = (0.95, 0.97, 0.98)
_SIDE, _EDGE = 320, 44
_COLOURS = ("#1f6feb", "#b35900", "#1a7f37", "#8250df", "#cf222e", "#57606a")


def print_reliability(path: Path, reports: Sequence[dict[str, Any]]) -> None:
    """Draw the sets' halves that were not tuned on, or whatever was scored, and say what each threshold accepts of them together."""
    held = [report for report in reports if report["half"] == "held_out"] or list(reports)
    sets = {report["set"]: report["sure"] for report in held if report["sure"]}
    draw(path, {name: sure for name, sure in sets.items() if len(sure) >= DRAWN})
    for name, sure in sets.items():
        print(f"{name}: {len(sure)} values, calibration error {calibration_error(sure)}")
    whole: list[tuple[float, float]] = [pair for sure in sets.values() for pair in sure]
    asked = sum(report["rows"][-1]["n"] for report in held)
    print(f"together: {len(whole)} values of {asked} asked for, calibration error {calibration_error(whole)}")
    for wanted in WANTED:
        least, right, count = threshold(whole, wanted)
        print(f"right at least {wanted}: from confidence {least:.3f}, {right:.3f} right, {count / max(asked, 1):.3f} of all cells accepted")


def threshold(sure: Sure, wanted: float) -> tuple[float, float, int]:
    """The lowest confidence from which the values are right as often as ``wanted``: itself, the share right, and how many values.

    (1.0, 0.0, 0) where no confidence does.
    """
    best, right = (1.0, 0.0, 0), 0.0
    ordered = sorted(sure, reverse=True)
    for count, (confidence, share) in enumerate(ordered, 1):
        right += share
        last = count == len(ordered) or ordered[count][0] < confidence
        if last and right / count >= wanted:
            best = (confidence, right / count, count)
    return best


def bins(sure: Sure) -> list[tuple[float, float, int]]:
    """Per tenth of confidence that has values: their mean confidence, the share right, and how many they are."""
    found = []
    for index in range(BINS):
        inside = [pair for pair in sure if index / BINS < pair[0] <= (index + 1) / BINS]
        if inside:
            found.append((sum(pair[0] for pair in inside) / len(inside), sum(pair[1] for pair in inside) / len(inside), len(inside)))
    return found


def draw(path: Path, sets: dict[str, Sure]) -> None:
    """The plot: a line of circles per set, as large as their tenth has values, beside the diagonal of perfect calibration."""
    width, height = _SIDE + 2 * _EDGE + 150, _SIDE + 2 * _EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_axes(),
        *(part for number, (name, sure) in enumerate(sets.items()) for part in _line(number, name, sure)),
        "</svg>",
    ]
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _axes() -> list[str]:
    parts = [f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999999" stroke-dasharray="4 4"/>']
    for tenth in range(0, 11, 2):
        value = tenth / 10
        parts.append(f'<path d="M{_x(value)} {_y(0)}V{_y(1)}M{_x(0)} {_y(value)}H{_x(1)}" stroke="#e4e4e4" fill="none"/>')
        parts.append(f'<text x="{_x(value)}" y="{_y(0) + 16}" text-anchor="middle">{value}</text>')
        parts.append(f'<text x="{_x(0) - 8}" y="{_y(value) + 4}" text-anchor="end">{value}</text>')
    parts.append(f'<text x="{_x(0.5)}" y="{_y(0) + 34}" text-anchor="middle">confidence</text>')
    parts.append(f'<text x="{_x(0)}" y="{_y(1) - 12}">share right</text>')
    return parts


def _line(number: int, name: str, sure: Sure) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    points = bins(sure)
    path = "L".join(f"{_x(mean)} {_y(right)}" for mean, right, _ in points)
    circles = [
        f'<circle cx="{_x(mean)}" cy="{_y(right)}" r="{2 + 8 * (count / len(sure)) ** 0.5:.1f}" fill="{colour}" fill-opacity="0.6"/>'
        for mean, right, count in points
    ]
    key = f'<text x="{_x(1) + 14}" y="{_y(1) + 14 + 18 * number}" fill="{colour}">{name} ({len(sure)})</text>'
    return [f'<path d="M{path}" stroke="{colour}" fill="none"/>', *circles, key]


def _x(value: float) -> float:
    return round(_EDGE + value * _SIDE, 1)


def _y(value: float) -> float:
    return round(_EDGE + (1 - value) * _SIDE, 1)
