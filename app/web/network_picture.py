"""The lesson's layer drawn as a picture: each value with where it came from and where its gradient goes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.engine.notation import MINUS, subscript
from app.web.chapters import Numbers

RADIUS = 20
_COLUMNS: Mapping[str, float] = {"h_prev": 58, "z": 158, "h": 250, "L": 332}
_TOP, _ROW = 52, 64
_APART = 4.0  # half the distance between a line forward and the line back beside it
_LINE = 50  # characters that fit under the picture

Ends = tuple[float, float, float, float]


@dataclass(frozen=True)
class Edge:
    """x1, y1, x2, y2, and what stands at its middle: a weight, or nothing."""

    ends: Ends
    label: str
    label_at: tuple[float, float]


@dataclass(frozen=True)
class Value:
    """One value of the picture.

    came: how it was worked out. gradient: its gradient's number. goes: how that came about and where it goes on to.
    forward, backward: the lines along which. lines: came and goes, folded to the width of the picture.
    """

    name: str
    x: float
    y: float
    number: str
    came: str
    gradient: str
    goes: str
    forward: tuple[Edge, ...]
    backward: tuple[Edge, ...]
    came_lines: tuple[str, ...]
    goes_lines: tuple[str, ...]


@dataclass(frozen=True)
class NetworkPicture:
    """wires: every connection, at rest. heads: (x, name) of the columns."""

    values: tuple[Value, ...]
    wires: tuple[Ends, ...]
    heads: tuple[tuple[float, str], ...]
    radius: int = RADIUS


def network_picture(numbers: Numbers) -> NetworkPicture:
    """The picture of the layer: inputs, sums, activations, loss."""
    units, inputs = numbers.of["W"].shape
    spots = _spots(units, inputs)
    values = [
        *(_input(numbers, spots, j) for j in range(1, inputs + 1)),
        *(_sum(numbers, spots, i) for i in range(1, units + 1)),
        *(_activation(numbers, spots, i) for i in range(1, units + 1)),
        _loss(numbers, spots),
    ]
    pairs = [(f"h_prev{j}", f"z{i}") for i in range(1, units + 1) for j in range(1, inputs + 1)]
    pairs += [(f"z{i}", f"h{i}") for i in range(1, units + 1)] + [(f"h{i}", "L") for i in range(1, units + 1)]
    heads = tuple((x, "h_prev" if name == "h_prev" else name) for name, x in _COLUMNS.items())
    return NetworkPicture(tuple(values), tuple(_between(spots[a], spots[b], 0.0) for a, b in pairs), heads)


def _spots(units: int, inputs: int) -> dict[str, tuple[float, float]]:
    bottom = _TOP + _ROW * (units - 1)
    middle = (_TOP + bottom) / 2
    spots = {f"h_prev{j + 1}": (_COLUMNS["h_prev"], middle + _ROW * 1.5 * (j - (inputs - 1) / 2)) for j in range(inputs)}
    for symbol in ("z", "h"):
        spots |= {f"{symbol}{i + 1}": (_COLUMNS[symbol], _TOP + _ROW * i) for i in range(units)}
    return spots | {"L": (_COLUMNS["L"], middle)}


def _input(n: Numbers, spots: Mapping[str, tuple[float, float]], j: int) -> Value:
    x, y = spots[f"h_prev{j}"]
    products = _sum_of((_minus(n.at("W", i, j)), _minus(n.at("dz", i))) for i in range(1, len(n.of["dz"]) + 1))
    edge = RADIUS + 2
    return _value(
        f"h_prev{subscript(j)}",
        (x, y),
        n.at("h_prev", j),
        "It comes from the layer before, and is given here.",
        n.at("dh_prev", j),
        f"dh_prev{subscript(j)} = {products} = {n.at('dh_prev', j)}. It goes on into the layer before, as its dh.",
        [Edge((6.0, y - _APART, x - edge, y - _APART), "", (0.0, 0.0))],
        [Edge((x - edge, y + _APART, 6.0, y + _APART), "", (0.0, 0.0))],
    )


def _sum(n: Numbers, spots: Mapping[str, tuple[float, float]], i: int) -> Value:
    inputs = range(1, len(n.of["h_prev"]) + 1)
    here, k = f"z{i}", subscript(i)
    products = _sum_of((n.at("W", i, j), _minus(n.at("h_prev", j))) for j in inputs)
    weights = ", ".join(f"dW{k}{subscript(j)}" for j in inputs)
    bias = n.at("b", i)
    bias = f"{MINUS} {bias.removeprefix(MINUS)}" if bias.startswith(MINUS) else f"+ {bias}"
    return _value(
        f"z{k}",
        spots[here],
        n.at("z", i),
        f"z{k} = {products} {bias} = {n.at('z', i)}, from every h_prev, through row {i} of W, and b{k}.",
        n.at("dz", i),
        f"dz{k} = dh{k} · σ′(z{k}) = {_minus(n.at('dh', i))} · {n.at('dsigma', i)} = {n.at('dz', i)}. "
        f"It goes into {weights} and db{k}, and back through W to every h_prev.",
        [_edge(spots, f"h_prev{j}", here, -_APART, n.at("W", i, j)) for j in inputs],
        [_edge(spots, here, f"h_prev{j}", -_APART) for j in inputs],
    )


def _activation(n: Numbers, spots: Mapping[str, tuple[float, float]], i: int) -> Value:
    k = subscript(i)
    return _value(
        f"h{k}",
        spots[f"h{i}"],
        n.at("h", i),
        f"h{k} = σ(z{k}) = σ({n.at('z', i)}) = {n.at('h', i)}, from z{k} alone.",
        n.at("dh", i),
        f"dh{k} = {n.at('dh', i)}, the number that L counts h{k} with. "
        f"It goes to z{k} alone, times σ′(z{k}) = {n.at('dsigma', i)}.",
        [_edge(spots, f"z{i}", f"h{i}", -_APART)],
        [_edge(spots, f"h{i}", f"z{i}", -_APART)],
    )


def _loss(n: Numbers, spots: Mapping[str, tuple[float, float]]) -> Value:
    units = range(1, len(n.of["h"]) + 1)
    terms = _sum_of((n.at("dh", i), n.at("h", i)) for i in units)
    return _value(
        "L",
        spots["L"],
        n.at("L"),
        f"L = {terms} = {n.at('L')}, from every h.",
        "1",
        "Here the gradient begins, with ∂L/∂L = 1. It goes to every h, times the number that L counts it with.",
        [_edge(spots, f"h{i}", "L", -_APART, n.at("dh", i)) for i in units],
        [_edge(spots, "L", f"h{i}", -_APART) for i in units],
    )


def _value(
    name: str,
    spot: tuple[float, float],
    number: str,
    came: str,
    gradient: str,
    goes: str,
    forward: Iterable[Edge],
    backward: Iterable[Edge],
) -> Value:
    return Value(name, *spot, number, came, gradient, goes, tuple(forward), tuple(backward), _fold(came), _fold(goes))


def _edge(spots: Mapping[str, tuple[float, float]], start: str, end: str, aside: float, label: str = "") -> Edge:
    ends = _between(spots[start], spots[end], aside)
    x1, y1, x2, y2 = ends
    return Edge(ends, label, (round(x1 + 0.62 * (x2 - x1), 1), round(y1 + 0.62 * (y2 - y1) + 4, 1)))


def _between(start: tuple[float, float], end: tuple[float, float], aside: float) -> Ends:
    """From rim to rim of two values; moved aside to the left of its direction, so that there and back lie beside each other."""
    (x1, y1), (x2, y2) = start, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    a, b = (x2 - x1) / length, (y2 - y1) / length
    rim = RADIUS + 2
    ends = (x1 + a * rim - b * aside, y1 + b * rim + a * aside, x2 - a * rim - b * aside, y2 - b * rim + a * aside)
    return tuple(round(one, 1) for one in ends)


def _sum_of(products: Iterable[tuple[str, str]]) -> str:
    """``3·0.5 − 2·0.25``: a sum of products, a sign that leads one drawn into the sum."""
    text = ""
    for left, right in products:
        sign = MINUS if left.strip("()").startswith(MINUS) else "+"
        bare = left.strip("()").removeprefix(MINUS)
        text += (f" {sign} " if text else MINUS if sign == MINUS else "") + f"{bare}·{right}"
    return text


def _minus(number: str) -> str:
    return f"({number})" if number.startswith(MINUS) else number


def _fold(text: str) -> tuple[str, ...]:
    """The text in lines that fit under the picture."""
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) + 1 > _LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines)
