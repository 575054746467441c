"""The engine again, slowly: pure Python, one question at a time, written from the contract, not the code.

It shares no arithmetic with the engine (integers in place of uint64 arrays, `math` in place of NumPy,
decimals written as text), so the two agree only where both are right.
"""

import math
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from itertools import pairwise

import numpy as np

from tests.engine import reference_layer as layer
from tests.engine.reference_layer import flat

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
U = 0.0005
LEVELS = (1, 2, 3)
SKILLS = {
    "activation": ("h",),
    "derivative": ("dsigma",),
    "delta": ("dz",),
    "chain": ("dz",),
    "comprehension": ("h", "dsigma", "dz"),
    **layer.PARTS,
}
EVERY = [(skill, level) for skill in SKILLS for level in LEVELS]
LAYERS = [(skill, level) for skill, level in EVERY if skill in layer.PARTS]
VECTORS = [kind for kind in EVERY if kind not in LAYERS]
GIVEN = {
    "activation": ("z",),
    "derivative": ("z",),
    "delta": ("dh", "dsigma"),
    "chain": ("z", "dh"),
    "comprehension": ("z", "dh"),
    **layer.GIVEN,
}
# level: entries, decimals, sizes of z, sizes of dh in units of the last decimal
GRID = {1: (4, 0, (1, 3), (1, 3)), 2: (5, 1, (2, 35), (5, 30)), 3: (6, 2, (15, 375), (50, 250))}


def spread_seeds(count: int, start: int = 0) -> np.ndarray:
    """Fixed seeds all over 0 … 2^50 - 1."""
    return np.array([((start + k + 1) * GOLDEN & MASK) >> 14 for k in range(count)], dtype=np.uint64)


def mix(x: int) -> int:
    x ^= x >> 30
    x = x * 0xBF58476D1CE4E5B9 & MASK
    x ^= x >> 27
    x = x * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def word(seed: int, stream: str, k: int) -> int:
    """Word k (from 0) of a seed's stream."""
    name = int.from_bytes(sha256(stream.encode()).digest()[:8], "big")
    key = mix(mix(seed + GOLDEN & MASK) ^ name)
    return mix(key + (k + 1) * GOLDEN & MASK)


def below(raw: int, n: int) -> int:
    return (raw >> 32) * n >> 32


def decimal_double(count: int, decimals: int) -> float:
    """The double that Python reads from the decimal's own text."""
    return float(str(Decimal(count).scaleb(-decimals)))


def half_up(x: float, decimals: int = 3) -> float:
    """Rounded as on paper: noise beyond the ninth place is dropped first, halves go away from zero."""
    cleaned = Decimal(x).quantize(Decimal("1e-9"))
    return float(cleaned.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def slope(z: float) -> float:
    return sigma(z) * sigma(-z)


def decimals(skill: str, symbol: str, level: int) -> int:
    """Places in which a given is shown."""
    if symbol == "dsigma":
        return 3
    return layer.decimals(skill, symbol, level) if skill in layer.PARTS else level - 1


def shape(skill: str, symbol: str, level: int) -> tuple[int, ...]:
    return layer.shape(skill, symbol, level) if skill in layer.PARTS else (GRID[level][0],)


class Words:
    """The words of a seed's stream, one after the other."""

    def __init__(self, seed: int, stream: str) -> None:
        self.seed, self.stream, self.taken = seed, stream, 0

    def next(self, n: int) -> int:
        self.taken += 1
        return below(word(self.seed, self.stream, self.taken - 1), n)

    def entries(self, count: int, sizes: tuple[int, int], places: int, positive: bool = False) -> list[float]:
        smallest, largest = sizes
        magnitudes = [smallest + self.next(largest - smallest + 1) for _ in range(count)]
        pattern = 0 if positive else 1 + self.next(2**count - 2)
        return [decimal_double((-1) ** (pattern >> k & 1) * size, places) for k, size in enumerate(magnitudes)]


def drawn(skill: str, level: int, seed: int, version: int = 1) -> dict:
    """What is drawn, in the order in which it is drawn."""
    words = Words(seed, f"{skill}/{level}/v{version}/givens")
    if skill not in layer.PARTS:
        n, places, z_sizes, dh_sizes = GRID[level]
        z = words.entries(n, z_sizes, places)
        return {"z": z} if skill in ("activation", "derivative") else {"z": z, "dh": words.entries(n, dh_sizes, places)}
    vectors: dict = {}
    for symbol in GIVEN[skill]:
        form, sizes = shape(skill, symbol, level), layer.SIZES[skill, symbol][level - 1]
        values = words.entries(math.prod(form), sizes, decimals(skill, symbol, level), symbol in layer.POSITIVE)
        if len(form) == 2:
            vectors[symbol] = [values[k : k + form[1]] for k in range(0, len(values), form[1])]
        else:
            vectors[symbol] = values if form else values[0]
    return vectors


def solved(skill: str, level: int, seed: int, version: int = 1) -> dict:
    q = drawn(skill, level, seed, version)
    if skill in layer.PARTS:
        return layer.solve(skill, q)
    q["h"] = [sigma(z) for z in q["z"]]
    q["dsigma"] = [slope(z) for z in q["z"]]
    if skill == "delta":
        q["dsigma"] = [half_up(x) for x in q["dsigma"]]
        del q["z"], q["h"]
    if "dh" in q:
        q["dz"] = [dh * dsigma for dh, dsigma in zip(q["dh"], q["dsigma"], strict=True)]
    return q


def tolerance(skill: str, symbol: str, q: dict) -> list[float]:
    """2u + ρ of each entry, row by row."""
    if skill in layer.PARTS:
        return layer.tolerance(skill, symbol, q)
    n = len(next(iter(q.values())))
    if symbol == "h" or skill == "delta":
        return [2 * U] * n
    if symbol == "dsigma":
        return [2 * U + abs(1 - 2 * h) * U + U * U for h in q["h"]]
    return [2 * U + abs(dh) * (abs(1 - 2 * h) * U + U * U + U) for dh, h in zip(q["dh"], q["h"], strict=True)]


# Each wrong rule for one entry; z, h, s (σ′) and g (dh) are that entry's own.
H_RULES = {
    "exponent-sign-flipped": lambda z, h, s, g: 1 / (1 + math.exp(z)),
    "read-left-to-right": lambda z, h, s, g: 1 / 1 + math.exp(-z),
    "activation-skipped": lambda z, h, s, g: z,
    "tanh-for-sigma": lambda z, h, s, g: math.tanh(z),
    "relu-for-sigma": lambda z, h, s, g: z if z > 0 else 0.0,
    "derivative-for-activation": lambda z, h, s, g: h * (1 - h),
}
DSIGMA_RULES = {
    "h-for-derivative": lambda z, h, s, g: h,
    "z-times-one-minus-z": lambda z, h, s, g: z * (1 - z),
    "one-minus-h": lambda z, h, s, g: 1 - h,
    "one-minus-h-squared": lambda z, h, s, g: 1 - h * h,
    "sign-flipped": lambda z, h, s, g: h * (h - 1),
    "derivative-at-h": lambda z, h, s, g: slope(h),
    "derivative-twice": lambda z, h, s, g: s * (1 - s),
}
PRODUCT_RULES = {
    "upstream-left-out": lambda z, h, s, g: s,
    "upstream-sign-dropped": lambda z, h, s, g: abs(g) * s,
    "sign-flipped": lambda z, h, s, g: -g * s,
    "added-not-multiplied": lambda z, h, s, g: g + s,
    "derivative-left-out": lambda z, h, s, g: g,
    "derivative-twice": lambda z, h, s, g: g * (s * (1 - s)),
}
MISTAKEN_PRODUCT_RULES = {
    code: lambda z, h, s, g, rule=rule: g * rule(z, h, s, g)
    for code, rule in DSIGMA_RULES.items()
    if code not in ("sign-flipped", "derivative-twice")
}


def entry_rules(skill: str, symbol: str) -> dict:
    if symbol == "h":
        return H_RULES
    if symbol in ("dsigma", "J"):
        return DSIGMA_RULES
    if symbol == "dz":
        return PRODUCT_RULES if skill == "delta" else PRODUCT_RULES | MISTAKEN_PRODUCT_RULES
    return {}


def wrong_values(skill: str, symbol: str, q: dict) -> list[tuple[str, list[float]]]:
    """Code and value, row by row, of each wrong rule of the part."""
    values: list[tuple[str, list[float]]] = []
    rules = entry_rules(skill, symbol)
    if rules:
        n = len(q["dsigma"])
        entries = list(zip(*(q.get(name, [math.nan] * n) for name in ("z", "h", "dsigma", "dh")), strict=True))
        vectors = [(code, [rule(*entry) for entry in entries]) for code, rule in rules.items()]
        values = [(code, flat(layer.diagonal(value)) if symbol == "J" else value) for code, value in vectors]
    if symbol == "dz":
        values.append(("dot-product", [math.fsum(q["dz"])] * n))
    if skill in layer.PARTS and symbol not in ("dsigma", "dz"):
        values += [(code, flat(value)) for code, value in layer.wrong_values(skill, symbol, q)]
    return values


def by_code(values: list[tuple[str, list[float]]]) -> dict[str, list[list[float]]]:
    """The values that each code leads to: one, or two where there are two ways to it."""
    gathered: dict[str, list[list[float]]] = {}
    for code, value in values:
        gathered.setdefault(code, []).append(value)
    return gathered


def fit(skill: str, q: dict, version: int = 1) -> bool | None:
    """The contract's gate; None where it turns on less than 1e-11, where doubles cannot tell."""
    decided = True
    if version >= 2:
        for symbol in {*SKILLS[skill], "dsigma"} & q.keys() - {"J"}:
            sizes = sorted(abs(x) for x in flat(q[symbol]))
            gaps = [b - a - 3 * U for a, b in pairwise(sizes)]
            decided &= all(abs(gap) > 1e-11 for gap in gaps)
            if 2 * (1 + sum(gap > 0 for gap in gaps)) <= len(sizes):
                return False if decided else None
    if skill == "backward-pass":
        decided &= all(abs(abs(z) - 0.05) > 1e-11 for z in q["z"])
        if any(abs(z) < 0.05 for z in q["z"]):
            return False if decided else None
    if skill == "update":
        steps = [q["eta"] * abs(g) - 0.01 for g in flat(q["dW"]) + flat(q["db"])]
        decided &= all(abs(step) > 1e-11 for step in steps)
        if any(step < 0 for step in steps):
            return False if decided else None
    for symbol in SKILLS[skill]:
        key, tau = flat(q[symbol]), tolerance(skill, symbol, q)
        margins = [abs(t) - 5 * width for t, width in zip(key, tau, strict=True) if symbol != "J" or t != 0]
        decided &= all(abs(margin) > 1e-11 for margin in margins)
        if any(margin < 0 for margin in margins):
            return False if decided else None
        values = [key, *(value for _, value in wrong_values(skill, symbol, q))]
        for k, a in enumerate(values):
            for b in values[:k]:
                widest = max(abs(x - y) - 2 * width for x, y, width in zip(a, b, tau, strict=True))
                decided &= abs(widest) > 1e-11
                if widest <= 0:
                    return False if decided else None
    return True if decided else None
