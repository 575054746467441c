"""A learner's slope drawn beside the curve and its secant, from afar and through a magnifying glass as wide as ε."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.engine.notation import plain_number
from app.engine.sigmoid import Array, sigmoid, sigmoid_derivative
from app.services.gradient_check import Comparison

WIDTH, HEIGHT = 320, 220
_MARGIN = 24
_SAMPLES = 161
_AFAR = 4.0  # half the width of the first picture, in units of z
_CLOSE = 2.0  # half the width of the second, in units of ε
_STAIRS = 1e-12  # below this ε the heights are so close together that a double has few values between them
_FLATTEST = 0.02  # a slope below this is drawn as if the picture were this steep, so that flat looks flat
_ROOM = 1.8  # height of the second picture, in heights of its tangent

Line = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """One picture, in its own units. secant, own: x1, y1, x2, y2. points: (x, y, label) of z - ε, z and z + ε.

    guides: (y, label) of level lines.
    """

    title: str
    path: str
    secant: Line
    own: Line
    points: list[tuple[float, float, str]]
    guides: list[tuple[float, str]]


def frames(compared: Comparison) -> tuple[Frame, Frame]:
    """From afar, and close up."""
    z, epsilon = compared.z, compared.epsilon
    height = float(sigmoid(np.asarray(z)))
    steep = max(float(sigmoid_derivative(np.asarray(z))), _FLATTEST)
    afar = _frame(compared, _AFAR, (-height - 0.08, 1.08 - height), "From afar")
    half = _ROOM * _CLOSE * epsilon * steep
    title = f"Close up, {epsilon_words(_CLOSE * epsilon)} either side"
    if epsilon < _STAIRS:
        title += ". The stairs are rounding: between them the computer knows no number"
    close = _frame(compared, _CLOSE * epsilon, (-half, half), title)
    guides = [(float(_y((-height - 0.08, 1.08 - height))(np.asarray(level - height))), f"{level}") for level in (0, 1)]
    return Frame(afar.title, afar.path, afar.secant, afar.own, afar.points, guides), close


def epsilon_words(epsilon: float) -> str:
    """``0.001`` as it stands, ``1e-09`` as ``10⁻⁹``."""
    if epsilon >= 1e-3:
        return f"{epsilon:g}"
    return scientific(epsilon)


def scientific(x: float) -> str:
    """A size as ``3 × 10⁻⁷``; 0 as it is."""
    if x == 0:
        return "0"
    digit, exponent = f"{x:.0e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{power}" if digit == "1" else f"{digit} × 10{power}"


def described(compared: Comparison) -> str:
    """Both pictures in words."""
    return (
        f"The sigmoid near z = {plain_number(compared.z, 3)}; a dashed secant through its points at z − ε and z + ε, "
        f"of slope {plain_number(compared.quotient.value, 6)}; and through the point at z a line with your slope, "
        f"{plain_number(compared.slope, 3)}."
    )


def _frame(compared: Comparison, half: float, rise: tuple[float, float], title: str) -> Frame:
    """Everything is drawn relative to (z, σ(z)), so that a window of 1e-15 keeps its digits, and shows their rounding."""
    z, epsilon = compared.z, compared.epsilon
    x, y = _x(half), _y(rise)
    height = sigmoid(np.asarray(z))
    across = np.linspace(-half, half, _SAMPLES)
    path = "M" + " L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x(across), y(sigmoid(z + across) - height), strict=True))
    places = np.array([-epsilon, 0.0, epsilon])
    rises = sigmoid(z + places) - height
    ends = np.array([-half, half])
    middle = (rises[0] + rises[2]) / 2.0
    return Frame(
        title=title,
        path=path,
        secant=_line(x(ends), y(middle + ends * compared.quotient.value)),
        own=_line(x(ends), y(ends * compared.slope)),
        points=[
            (round(float(a), 1), round(float(b), 1), label)
            for a, b, label in zip(x(places), y(rises), ("z − ε", "z", "z + ε"), strict=True)
        ],
        guides=[],
    )


def _line(x: Array, y: Array) -> Line:
    far = 1e4  # a very steep line leaves the picture anyway
    y = np.clip(y, -far, far)
    return round(float(x[0]), 1), round(float(y[0]), 1), round(float(x[1]), 1), round(float(y[1]), 1)


def _x(half: float) -> Callable[[Array], Array]:
    return lambda d: (d + half) / (2 * half) * WIDTH


def _y(rise: tuple[float, float]) -> Callable[[Array], Array]:
    low, high = rise
    return lambda d: HEIGHT - _MARGIN - (d - low) / (high - low) * (HEIGHT - 2 * _MARGIN)
