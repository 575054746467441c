"""Seeds to numbers: the generator against integers of plain Python, the grids against decimal literals."""

import math

import numpy as np
import pytest

from app.engine.sampling import Draw, below, words
from tests.engine import reference
from tests.sizes import size


def test_reference_is_splitmix64() -> None:
    # The published first outputs of SplitMix64 seeded with 1234567.
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    state = 1234567
    assert [reference.mix(state + k * reference.GOLDEN & reference.MASK) for k in (1, 2, 3, 4)] == published


@pytest.mark.parametrize("stream", ["", "chain/1/v1/givens", "σ"])
def test_words_equal_those_of_plain_integers(stream: str) -> None:
    seeds = np.array([0, 1, 2**50 - 1, 2**64 - 1, *reference.spread_seeds(200)], dtype=np.uint64)
    got = words(seeds, stream, 0, 9)
    assert got.dtype == np.uint64
    assert got.tolist() == [[reference.word(int(s), stream, k) for k in range(9)] for s in seeds]


def test_words_are_pinned() -> None:
    got = words(np.array([0, 2**50 - 1], dtype=np.uint64), "chain/1/v1/givens", 0, 2)
    assert got.tolist() == [
        [17830710747258873412, 7800804039317698569],
        [4608164854440729113, 16680407045050278105],
    ]


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    seeds = reference.spread_seeds(257)
    whole = words(seeds, "s", 0, 7)
    assert np.array_equal(words(seeds[::-1], "s", 0, 7), whole[::-1])
    assert np.array_equal(words(seeds[100:101], "s", 0, 7)[0], whole[100])
    assert np.array_equal(np.concatenate([words(part, "s", 0, 7) for part in np.split(seeds, [3, 200])]), whole)


def test_words_can_be_taken_from_any_place() -> None:
    seeds = reference.spread_seeds(5)
    whole = words(seeds, "s", 0, 20)
    assert np.array_equal(words(seeds, "s", 6, 4), whole[:, 6:10])
    assert np.array_equal(Draw(seeds, "s").words(1), whole[:, :1])
    draw = Draw(seeds, "s")
    assert np.array_equal(np.hstack([draw.words(3), draw.words(1), draw.words(16)]), whole)


def test_the_seeds_are_left_alone() -> None:
    seeds = reference.spread_seeds(5)
    before = seeds.copy()
    words(seeds, "s", 0, 3)
    Draw(seeds, "s").signed(4, 1, 3, 0)
    assert np.array_equal(seeds, before)


def test_streams_and_seeds_are_unrelated() -> None:
    seeds = np.arange(size(4000, 40_000), dtype=np.uint64)
    first, second = words(seeds, "a", 0, 1)[:, 0], words(seeds, "b", 0, 1)[:, 0]
    neighbours = words(seeds + np.uint64(1), "a", 0, 1)[:, 0]
    within_stream = words(seeds, "a", 1, 1)[:, 0]
    for other in (second, neighbours, within_stream):
        differing = np.bitwise_count(first ^ other).mean()
        assert abs(differing - 32) < 5 * 4 / math.sqrt(len(seeds))


def _chi_square(counts: np.ndarray) -> float:
    """In standard deviations from what a uniform draw gives."""
    expected = counts.sum() / len(counts)
    freedom = len(counts) - 1
    return (((counts - expected) ** 2 / expected).sum() - freedom) / math.sqrt(2 * freedom)


@pytest.mark.parametrize("n", [2, 3, 4, 14, 26, 30, 34, 62, 201, 361])
def test_below_is_uniform(n: int) -> None:
    raw = words(np.arange(size(200_000, 2_000_000), dtype=np.uint64), f"uniform {n}", 0, 1)[:, 0]
    drawn = below(raw, n)
    assert drawn.min() == 0
    assert drawn.max() == n - 1
    assert abs(_chi_square(np.bincount(drawn, minlength=n))) < 4


def test_below_at_its_ends() -> None:
    raw = np.array([0, 2**32 - 1, 2**64 - 1], dtype=np.uint64)
    assert below(raw, 7).tolist() == [0, 0, 6]
    assert below(raw, 2**32 - 1).tolist() == [0, 0, 2**32 - 2]


@pytest.mark.parametrize(
    ("entries", "smallest", "largest", "decimals"),
    [(4, 1, 3, 0), (5, 2, 35, 1), (5, 5, 30, 1), (6, 15, 375, 2), (6, 50, 250, 2), (2, 1, 9999, 3)],
)
def test_grids(entries: int, smallest: int, largest: int, decimals: int) -> None:
    drawn = Draw(reference.spread_seeds(size(20_000, 200_000)), "grid").signed(entries, smallest, largest, decimals)
    assert drawn.shape[1] == entries
    literals = {sign * reference.decimal_double(k, decimals) for k in range(smallest, largest + 1) for sign in (1, -1)}
    found = set(np.unique(drawn).tolist())
    assert found <= literals
    if len(literals) < 1000:
        assert found == literals
    # both signs in every vector, and every pattern that has both about equally often
    patterns = ((drawn < 0) << np.arange(entries)).sum(axis=1)
    counts = np.bincount(patterns, minlength=2**entries)
    assert counts[0] == counts[-1] == 0
    assert abs(_chi_square(counts[1:-1])) < 4 or entries == 2
