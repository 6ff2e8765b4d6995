"""The figure of geo/README.md, drawn from what the functions answer: `python -m tests.geo.figure` writes it anew."""

from pathlib import Path

import numpy as np
import shapely

from geo.coverage.sightings import BOUNDS, Lines, Track, reach_within, see_all
from geo.lines.multirange import Ranges, union

FILE = Path(__file__).parents[2] / "geo" / "figure.svg"
REACH_M, ACCURACY_M = 25.0, 6.0
BANK = shapely.LineString([(10, 60), (110, 82), (215, 60), (320, 74), (430, 62)])
PLACES = np.array([(28, 51), (70, 64), (115, 70), (158, 56), (262, 38), (312, 62), (402, 53)], dtype=float)
TIMES_S = np.array([0, 55, 110, 165, 480, 540, 900], dtype=float)
STARTS = np.array([0, 4, 6, 7])
COLOURS = {"possible": "#cfe3f2", "nominal": "#8fbadb", "sure": "#2f6f9f"}
WORDS = {"sure": "sure 必见", "nominal": "nominal 标称", "possible": "possible 或见"}
UNSEEN, INK, WATER = "#8a0f72", "#222222", "#eef4f7"
LEFT, SCALE, GROUND_PX, BARS_PX = 130.0, 1.8, 205.0, 265.0
BAR_PX, STEP_PX = 20.0, 32.0
LEAST_M = 27.0
"""A shorter sighting has no room for its times."""


def track() -> Track:
    """Two legs parted by a gap, and a fix that gaps left alone."""
    return Track(*PLACES.T, TIMES_S, np.full(len(PLACES), ACCURACY_M), STARTS)


def seen_m() -> dict[str, list[tuple[float, float]]]:
    """What the track saw of the bank as each bound: ranges of chainage in metres."""
    found = see_all(track(), Lines([BANK]), [REACH_M])
    joined = {bound: union(Ranges(*found[REACH_M, bound][:3]))[0] for bound in BOUNDS}
    return {bound: list(zip(some.start / 100, some.stop / 100, strict=True)) for bound, some in joined.items()}


def sightings() -> list[tuple[float, float, str]]:
    """From and to of each nominal sighting, metres, and its first and last time as minutes:seconds."""
    visits = see_all(track(), Lines([BANK]), [REACH_M], ["nominal"])[REACH_M, "nominal"]
    words = [f"{_clock(first)}–{_clock(last)}" for first, last in zip(visits.first_s, visits.last_s, strict=True)]
    return list(zip((visits.from_cm / 100).tolist(), (visits.to_cm / 100).tolist(), words, strict=True))


def drawn() -> str:
    """The figure as SVG."""
    body = [*_plan(), *_bars()]
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 400" font-family="sans-serif" font-size="13">',
            '<rect width="960" height="400" fill="#ffffff"/>',
            *body,
            "</svg>\n",
        ]
    )


def _plan() -> list[str]:
    bank = _points(shapely.get_coordinates(BANK))
    far = f"{_points([(430, 112), (10, 112)])}"
    parts = [
        f'<polygon points="{bank} {far}" fill="{WATER}"/>',
        *(_capsules(bound) for bound in ("possible", "nominal", "sure")),
        f'<polyline points="{bank}" fill="none" stroke="{INK}" stroke-width="3"/>',
        *(f'<polyline points="{_points(leg)}" fill="none" stroke="{INK}" stroke-width="1.3"/>' for leg in _legs()),
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{INK}"/>' for x, y in map(_px, PLACES)),
    ]
    words = [
        (BANK.coords[2], 0, -22, "bank 岸线"),
        (PLACES[1], 0, 86, "a leg 航段"),
        (PLACES[4], 30, 82, "a leg 航段"),
        (PLACES[6], 0, 82, "one fix 孤点: a disc"),
        ((PLACES[3] + PLACES[4]) / 2, 0, 6, "gap 间断:"),
        ((PLACES[3] + PLACES[4]) / 2, 0, 22, "nothing assumed"),
    ]
    return [*parts, *(_text(*_moved(place, dx, dy), text) for place, dx, dy, text in words)]


def _capsules(bound: str) -> str:
    """All within reach of the legs: a thick line with round ends and joints is just that."""
    (reach_m,) = reach_within(REACH_M, np.array([ACCURACY_M]), bound)
    shapes = "".join(
        f'<polyline points="{_points(leg if len(leg) > 1 else leg.repeat(2, axis=0))}"/>' for leg in _legs()
    )
    look = f'fill="none" stroke="{COLOURS[bound]}" stroke-linecap="round" stroke-linejoin="round"'
    return f'<g {look} stroke-width="{2 * reach_m * SCALE:.1f}">{shapes}</g>'


def _bars() -> list[str]:
    found, length_m = seen_m(), BANK.length
    rows = []
    for row, bound in enumerate(("sure", "nominal", "possible")):
        top = BARS_PX + row * STEP_PX
        share = sum(to_m - from_m for from_m, to_m in found[bound]) / length_m
        rows += [_text(LEFT - 8, top + 15, WORDS[bound], "end"), _rect(0, length_m, top, "#ffffff", UNSEEN)]
        rows += [_rect(from_m, to_m, top, COLOURS[bound]) for from_m, to_m in found[bound]]
        rows.append(_text(LEFT + length_m * SCALE + 8, top + 15, f"{share:.0%}", "start"))
    for from_m, to_m, words in sightings():
        rows.append(_rect(from_m, to_m, BARS_PX + STEP_PX, "none", "#ffffff"))
        if to_m - from_m > LEAST_M:
            rows.append(_text(LEFT + (from_m + to_m) / 2 * SCALE, BARS_PX + STEP_PX + 14, words, size=9))
    axis = BARS_PX + 3 * STEP_PX
    for metres in range(0, int(length_m), 100):
        x = LEFT + metres * SCALE
        rows.append(f'<path d="M{x:.1f} {axis - 6:.1f}v6" stroke="{INK}"/>')
        rows.append(_text(x, axis + 14, f"0+{metres:03}"))
    rows.append(
        _text(
            LEFT + length_m * SCALE,
            axis + 30,
            "chainage 桩号 · white: never seen 空白:从未看到 · first and last time in minutes 最早、最近看到(分:秒)",
            "end",
        )
    )
    return rows


def _legs() -> list[np.ndarray]:
    return np.split(PLACES, STARTS[1:-1])


def _rect(from_m: float, to_m: float, top: float, fill: str, stroke: str = "none") -> str:
    x, width = LEFT + from_m * SCALE, (to_m - from_m) * SCALE
    return (
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{BAR_PX:.0f}" fill="{fill}" stroke="{stroke}"/>'
    )


def _px(place: tuple[float, float]) -> tuple[float, float]:
    return LEFT + place[0] * SCALE, GROUND_PX - place[1] * SCALE


def _moved(place: tuple[float, float], dx: float, dy: float) -> tuple[float, float]:
    x, y = _px(place)
    return x + dx, y + dy


def _points(places: object) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_px, np.asarray(places)))


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _text(x: float, y: float, text: str, anchor: str = "middle", size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{INK}">{text}</text>'


if __name__ == "__main__":
    FILE.write_text(drawn(), "utf-8")
