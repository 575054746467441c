"""The engine again, slowly: pure Python, one question at a time, written from the contract, not the code.

It shares no arithmetic with the engine (integers in place of uint64 arrays, `math` in place of NumPy,
decimals written as text), so the two agree only where both are right.
"""

import math
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

import numpy as np

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
}
EVERY = [(skill, level) for skill in SKILLS for level in LEVELS]
GIVEN = {
    "activation": ("z",),
    "derivative": ("z",),
    "delta": ("dh", "dsigma"),
    "chain": ("z", "dh"),
    "comprehension": ("z", "dh"),
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


def drawn(skill: str, level: int, seed: int) -> dict[str, list[float]]:
    """z and, where the skill has one, dh."""
    n, decimals, z_sizes, dh_sizes = GRID[level]
    stream = f"{skill}/{level}/v1/givens"
    vectors = {}
    for turn, (symbol, (smallest, largest)) in enumerate((("z", z_sizes), ("dh", dh_sizes))):
        raw = [word(seed, stream, turn * (n + 1) + k) for k in range(n + 1)]
        pattern = 1 + below(raw[n], 2**n - 2)
        vectors[symbol] = [
            decimal_double((-1) ** (pattern >> k & 1) * (smallest + below(raw[k], largest - smallest + 1)), decimals)
            for k in range(n)
        ]
    if skill in ("activation", "derivative"):
        del vectors["dh"]
    return vectors


def solved(skill: str, level: int, seed: int) -> dict[str, list[float]]:
    q = drawn(skill, level, seed)
    q["h"] = [sigma(z) for z in q["z"]]
    q["dsigma"] = [slope(z) for z in q["z"]]
    if skill == "delta":
        q["dsigma"] = [half_up(x) for x in q["dsigma"]]
        del q["z"], q["h"]
    if "dh" in q:
        q["dz"] = [dh * dsigma for dh, dsigma in zip(q["dh"], q["dsigma"], strict=True)]
    return q


def tolerance(skill: str, symbol: str, q: dict[str, list[float]]) -> list[float]:
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
    if symbol == "dsigma":
        return DSIGMA_RULES
    return PRODUCT_RULES if skill == "delta" else PRODUCT_RULES | MISTAKEN_PRODUCT_RULES


def wrong_values(skill: str, symbol: str, q: dict[str, list[float]]) -> dict[str, list[float]]:
    """code -> what each wrong rule of the part gives."""
    n = len(next(iter(q.values())))
    columns = [q.get(name, [math.nan] * n) for name in ("z", "h", "dsigma", "dh")]
    values = {code: [rule(*entry) for entry in zip(*columns, strict=True)] for code, rule in entry_rules(skill, symbol).items()}
    if symbol == "dz":
        values["dot-product"] = [math.fsum(q["dz"])] * n
    return values


def fit(skill: str, q: dict[str, list[float]]) -> bool | None:
    """The contract's gate; None where it turns on less than 1e-11, where doubles cannot tell."""
    decided = True
    for symbol in SKILLS[skill]:
        key, tau = q[symbol], tolerance(skill, symbol, q)
        margins = [abs(t) - 5 * width for t, width in zip(key, tau, strict=True)]
        decided &= all(abs(margin) > 1e-11 for margin in margins)
        if any(margin < 0 for margin in margins):
            return False if decided else None
        values = [key, *wrong_values(skill, symbol, q).values()]
        for k, a in enumerate(values):
            for b in values[:k]:
                widest = max(abs(x - y) - 2 * width for x, y, width in zip(a, b, tau, strict=True))
                decided &= abs(widest) > 1e-11
                if widest <= 0:
                    return False if decided else None
    return True if decided else None
