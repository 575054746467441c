"""Blocks of questions fit to be issued, and what people type for them."""

from functools import lru_cache

import numpy as np

from app.engine.questions import Batch, build_many
from app.engine.skills import SKILLS
from tests.engine import reference
from tests.sizes import size

EVERY = reference.EVERY


@lru_cache(maxsize=4)
def fit_batch(skill: str, level: int, start: int = 0) -> Batch:
    """Thousands of draws that the gate lets pass (tens of thousands in the full tests)."""
    seeds = reference.spread_seeds(size(2000, 20_000), start)
    return build_many(skill, level, seeds[build_many(skill, level, seeds, version=1).fit()], version=1)


def symbols(skill: str) -> list[str]:
    return [part.symbol for part in SKILLS[skill].parts]


def on_paper(x: np.ndarray, decimals: int = 3) -> np.ndarray:
    """Halves away from zero, also where a double falls just short of the half."""
    scale = 10.0**decimals
    return np.copysign(np.floor(np.abs(x) * scale + 0.5 + 1e-8), x) / scale


def to_even(x: np.ndarray) -> np.ndarray:
    return np.round(x, 3)


def cut_off(x: np.ndarray) -> np.ndarray:
    return np.copysign(np.floor(np.abs(x) * 1000 + 1e-8), x) / 1000


def unrounded(x: np.ndarray) -> np.ndarray:
    return x


def keys(batch: Batch) -> dict[str, np.ndarray]:
    """The key of each part, typed to 3 decimals."""
    return {part.symbol: on_paper(batch.key(part)) for part in batch.skill.parts}


def scores(grades: dict, batch: Batch) -> np.ndarray:
    """The score of each answer, [B], as the contract defines it."""
    return np.mean([flat(grades[part.symbol].entries).mean(axis=1) for part in batch.skill.parts], axis=0)


def flat(entries: np.ndarray) -> np.ndarray:
    """The entries of each answer in a row, [B, E]."""
    return entries.reshape(len(entries), -1)
