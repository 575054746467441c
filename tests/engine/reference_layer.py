"""The skills with matrices, slowly: pure Python, one question at a time, written from the contract, not the code.

Matrices are lists of rows. Nothing here is shared with the engine's arithmetic.
"""

import math
from collections.abc import Iterator
from itertools import chain

U = 0.0005

PARTS = {
    "jacobian": ("J",),
    "pre-activation": ("z",),
    "weight-gradient": ("dW",),
    "input-gradient": ("dh_prev",),
    "update": ("W_new", "b_new"),
    "backward-pass": ("h", "dsigma", "dz", "dW", "db", "dh_prev"),
}
GIVEN = {
    "jacobian": ("z",),
    "pre-activation": ("W", "b", "h_prev"),
    "weight-gradient": ("dz", "h_prev"),
    "input-gradient": ("W", "dz"),
    "update": ("W", "b", "dW", "db", "eta"),
    "backward-pass": ("W", "b", "h_prev", "dh"),
}
# skill -> units, inputs at levels 1, 2, 3
SHAPES = {
    "jacobian": ((3, 3), (3, 3), (4, 4)),
    "pre-activation": ((2, 2), (3, 3), (3, 4)),
    "weight-gradient": ((2, 2), (3, 3), (3, 4)),
    "input-gradient": ((2, 2), (3, 3), (3, 4)),
    "update": ((2, 2), (2, 2), (2, 3)),
    "backward-pass": ((2, 2), (2, 2), (2, 3)),
}
WEIGHTS = ((1, 3), (3, 25), (20, 200))
BIASES = ((1, 3), (2, 20), (15, 150))
UPDATED = ((2, 30), (15, 250), (100, 2500))
GRADIENTS = ((2, 20), (15, 150), (100, 900))
# skill, symbol -> sizes in units of the last decimal at levels 1, 2, 3
SIZES = {
    ("jacobian", "z"): ((1, 3), (2, 30), (15, 300)),
    ("pre-activation", "W"): WEIGHTS,
    ("input-gradient", "W"): WEIGHTS,
    ("backward-pass", "W"): WEIGHTS,
    ("pre-activation", "b"): BIASES,
    ("backward-pass", "b"): BIASES,
    ("update", "W"): UPDATED,
    ("update", "b"): UPDATED,
    ("update", "dW"): GRADIENTS,
    ("update", "db"): GRADIENTS,
    ("update", "eta"): ((1, 5), (15, 50), (15, 50)),
    ("backward-pass", "dh"): ((1, 3), (5, 30), (50, 250)),
    **{(skill, "dz"): ((1, 9), (10, 60), (30, 450)) for skill in ("weight-gradient", "input-gradient")},
    **{(skill, "h_prev"): ((1, 9), (5, 95), (50, 950)) for skill in ("pre-activation", "weight-gradient", "backward-pass")},
}
POSITIVE = ("h_prev", "eta")


def decimals(skill: str, symbol: str, level: int) -> int:
    if symbol == "eta":
        return min(level, 2)
    return level if symbol in ("h_prev", "dz") or skill == "update" else level - 1


def shape(skill: str, symbol: str, level: int) -> tuple[int, ...]:
    n, m = SHAPES[skill][level - 1]
    if symbol in ("W", "dW", "W_new", "J"):
        return n, m
    if symbol in ("h_prev", "dh_prev"):
        return (m,)
    return () if symbol == "eta" else (n,)


def flat(value) -> list[float]:
    if not isinstance(value, list):
        return [value]
    return list(chain.from_iterable(flat(item) for item in value))


def columns(W: list[list[float]]) -> list[list[float]]:
    return [list(column) for column in zip(*W, strict=True)]


def dot(a: list[float], b: list[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def times(a: list[float], b: list[float]) -> list[float]:
    return [x * y for x, y in zip(a, b, strict=True)]


def outer(a: list[float], b: list[float]) -> list[list[float]]:
    return [[x * y for y in b] for x in a]


def diagonal(x: list[float]) -> list[list[float]]:
    return [[x[i] if i == j else 0.0 for j in range(len(x))] for i in range(len(x))]


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def slope(z: float) -> float:
    return sigma(z) * sigma(-z)


def solve(skill: str, q: dict) -> dict:
    if skill == "jacobian":
        q["h"] = [sigma(z) for z in q["z"]]
        q["dsigma"] = [slope(z) for z in q["z"]]
        q["J"] = diagonal(q["dsigma"])
    if skill in ("pre-activation", "backward-pass"):
        q["z"] = [dot(row, q["h_prev"]) + b for row, b in zip(q["W"], q["b"], strict=True)]
    if skill == "backward-pass":
        q["h"] = [sigma(z) for z in q["z"]]
        q["dsigma"] = [slope(z) for z in q["z"]]
        q["dz"] = times(q["dh"], q["dsigma"])
        q["db"] = q["dz"]
    if skill in ("weight-gradient", "backward-pass"):
        q["dW"] = outer(q["dz"], q["h_prev"])
    if skill in ("input-gradient", "backward-pass"):
        q["dh_prev"] = [dot(column, q["dz"]) for column in columns(q["W"])]
    if skill == "update":
        q["W_new"] = [[w - q["eta"] * g for w, g in zip(*rows, strict=True)] for rows in zip(q["W"], q["dW"], strict=True)]
        q["b_new"] = [b - q["eta"] * g for b, g in zip(q["b"], q["db"], strict=True)]
    return q


def tolerance(skill: str, symbol: str, q: dict) -> list[float]:
    """2u + ρ of each entry, row by row."""
    if skill == "backward-pass":
        return [2 * U + rho for rho in flat(_rho_through(q)[symbol])]
    if skill == "jacobian":
        return flat([[2 * U + (abs(1 - 2 * h) * U + U * U) * (i == j) for j in range(len(q["h"]))] for i, h in enumerate(q["h"])])
    terms = {"z": "W" in q and len(q["W"][0]), "dW": 0, "dh_prev": "W" in q and len(q["W"]), "W_new": 1, "b_new": 1}[symbol]
    return [2 * U + terms * U] * len(flat(q[symbol]))


def _rho_through(q: dict) -> dict:
    inputs, units = len(q["h_prev"]), len(q["b"])
    far = inputs * U + U
    h = [max(sigma(z + far) - sigma(z), sigma(z) - sigma(z - far)) for z in q["z"]]
    dsigma = [abs(1 - 2 * a) * (r + U) + (r + U) ** 2 for a, r in zip(q["h"], h, strict=True)]
    dz = [abs(g) * (r + U) for g, r in zip(q["dh"], dsigma, strict=True)]
    return {
        "h": h,
        "dsigma": dsigma,
        "dz": dz,
        "db": dz,
        "dW": [[(r + U) * a for a in q["h_prev"]] for r in dz],
        "dh_prev": [
            math.fsum(abs(w) * (r + U) for w, r in zip(column, dz, strict=True)) + units * U for column in columns(q["W"])
        ],
    }


def wrong_values(skill: str, symbol: str, q: dict) -> Iterator[tuple[str, object]]:
    """Each wrong rule's code and value, for the parts that only these skills ask for, and what a layer adds to h."""
    n = len(q.get("b") or q.get("z") or q["dz"])
    square = skill != "jacobian" and len(q.get("h_prev") or q["W"][0]) == n
    if symbol == "J":
        for i_first in (False, True):
            yield "full-jacobian", [[q["dsigma"][i if i_first else j] for j in range(n)] for i in range(n)]
        yield "slopes-summed", diagonal([math.fsum(q["dsigma"])] * n)
    elif symbol in ("z", "h"):
        W, a, b = q["W"], q["h_prev"], q["b"]
        finish = (lambda z: [sigma(x) for x in z]) if symbol == "h" else (lambda z: z)
        yield "bias-left-out", finish([dot(row, a) for row in W])
        if square:
            yield "transposed-weights", finish([dot(column, a) + x for column, x in zip(columns(W), b, strict=True)])
        if symbol == "h":
            return
        yield "bias-subtracted", [dot(row, a) - x for row, x in zip(W, b, strict=True)]
        yield (
            "bias-with-every-product",
            [sum(w * y + x for w, y in zip(row, a, strict=True)) for row, x in zip(W, b, strict=True)],
        )
        yield "activated-too-early", [sigma(z) for z in q["z"]]
        yield "input-left-out", [sum(row) + x for row, x in zip(W, b, strict=True)]
        if square:
            yield "entrywise-product", [W[i][i] * a[i] + b[i] for i in range(n)]
    elif symbol == "dW":
        dz, a = q["dz"], q["h_prev"]
        yield "added-not-multiplied", [[g + x for x in a] for g in dz]
        yield "input-left-out", [[g for _ in a] for g in dz]
        yield "delta-left-out", [list(a) for _ in dz]
        yield "sign-flipped", outer([-g for g in dz], a)
        yield "delta-sign-dropped", outer([abs(g) for g in dz], a)
        yield "slope-of-input-applied", outer(dz, [x * (1 - x) for x in a])
        if square:
            yield "transposed-outer-product", outer(a, dz)
            yield "entrywise-product", diagonal(times(dz, a))
        if skill == "backward-pass":
            yield "upstream-for-delta", outer(q["dh"], a)
            if square:
                yield "h-for-input", outer(dz, q["h"])
    elif symbol == "db":
        yield "upstream-for-delta", q["dh"]
        yield "upstream-left-out", q["dsigma"]
        yield "sign-flipped", [-g for g in q["dz"]]
        yield "delta-sign-dropped", [abs(g) for g in q["dz"]]
        yield "units-summed", [math.fsum(q["dz"])] * n
        if square:
            yield "input-applied-to-bias", times(q["dz"], q["h_prev"])
    elif symbol == "dh_prev":
        W, dz = q["W"], q["dz"]
        yield "delta-left-out", [sum(column) for column in columns(W)]
        yield "sign-flipped", [-dot(column, dz) for column in columns(W)]
        yield "delta-sign-dropped", [dot(column, [abs(g) for g in dz]) for column in columns(W)]
        yield "averaged-not-summed", [dot(column, dz) / len(dz) for column in columns(W)]
        if len(W) == len(W[0]):
            yield "untransposed-weights", [dot(row, dz) for row in W]
            yield "entrywise-product", [W[i][i] * dz[i] for i in range(len(W))]
        if skill == "backward-pass":
            yield "upstream-for-delta", [dot(column, q["dh"]) for column in columns(W)]
    else:
        old, step = ("W", "dW") if symbol == "W_new" else ("b", "db")
        eta = q["eta"]
        pairs = list(zip(flat(q[old]), flat(q[step]), strict=True))
        yield "gradient-added", [w + eta * g for w, g in pairs]
        yield "rate-left-out", [w - g for w, g in pairs]
        yield "rate-on-everything", [eta * (w - g) for w, g in pairs]
        yield "step-alone", [eta * g for _, g in pairs]
        yield "step-alone", [-eta * g for _, g in pairs]
        yield "divided-by-rate", [w - g / eta for w, g in pairs]
        if symbol == "W_new" and len(q["W"]) == len(q["W"][0]):
            yield "transposed-gradient", [w - eta * g for w, g in zip(flat(q["W"]), flat(columns(q["dW"])), strict=True)]
