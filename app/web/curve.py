"""The sigmoid as a picture, with a question's z on it: where each lies, and once the solution is shown, how steep it is there."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from app.engine.notation import plain_number
from app.engine.questions import Question
from app.engine.sigmoid import Array, sigmoid, sigmoid_derivative

WIDTH, HEIGHT = 360, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 345, 24, 176
_FURTHEST = 4.5
_TICKS = np.array([-4.0, -2.0, 0.0, 2.0, 4.0])
_TANGENT = 0.9  # half its length at most, in units of z; shorter where the next z is near, so that they stay apart
_BETWEEN = 0.6  # of the way to the next z


@dataclass(frozen=True)
class Curve:
    """In the picture's own units. path: an SVG path. dots: one that is a point for each z. tangents: x1, y1, x2, y2 of each, none
    while the slopes are a secret. ticks: (x, label) below the axis. described: the picture in words.
    """

    path: str
    dots: str
    tangents: list[tuple[float, float, float, float]]
    ticks: list[tuple[float, str]]
    zero_x: float
    top: float
    bottom: float
    left: float
    right: float
    described: str


def sigmoid_curve(question: Question, with_slopes: bool) -> Curve | None:
    """The picture for a question that gives z; None for one that doesn't."""
    if "z" not in question.given:
        return None
    z = question.given["z"].ravel()
    values, decimals = z.tolist(), question.given_decimals("z")
    marked = ", ".join([plain_number(value, decimals) for value in values])
    return Curve(
        path=_path(),
        dots="".join([_dot(value) for value in values]),
        tangents=_tangents(z) if with_slopes else [],
        ticks=_ticks(),
        zero_x=round(float(_x(np.array(0.0))), 1),
        top=_TOP,
        bottom=_BOTTOM,
        left=_LEFT,
        right=_RIGHT,
        described=f"The sigmoid rises from 0 to 1, steepest at 0 and almost flat beyond 4. Marked on it: z = {marked}"
        + (", each with its tangent, whose slope is σ′(z)." if with_slopes else "."),
    )


@cache
def _path() -> str:
    grid = np.linspace(-_FURTHEST, _FURTHEST, 91)
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in zip(_x(grid), _y(sigmoid(grid)), strict=True))


@cache
def _ticks() -> list[tuple[float, str]]:
    return [(round(float(x), 1), plain_number(tick, 0)) for tick, x in zip(_TICKS, _x(_TICKS), strict=True)]


@lru_cache(maxsize=4096)  # all z lie on a grid, and come again and again
def _dot(z: float) -> str:
    """A line without length, which a round pen makes a dot of."""
    at = np.array(z)
    return f"M{float(_x(at)):.1f} {float(_y(sigmoid(at))):.1f}h0"


def _x(z: Array) -> Array:
    return _LEFT + (z + _FURTHEST) / (2 * _FURTHEST) * (_RIGHT - _LEFT)


def _y(h: Array) -> Array:
    return _BOTTOM - h * (_BOTTOM - _TOP)


def _tangents(z: Array) -> list[tuple[float, float, float, float]]:
    slopes, heights = sigmoid_derivative(z), sigmoid(z)
    apart = np.diff(np.unique(z))
    half = min(_TANGENT, _BETWEEN * float(apart.min(initial=np.inf)))
    half = max(half, _TANGENT / 3)  # still to be seen as a line
    ends = np.stack([_x(z - half), _y(heights - half * slopes), _x(z + half), _y(heights + half * slopes)], axis=1)
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in ends.round(1)]
