"""The gate, against the contract's words worked out in plain floats."""

from itertools import combinations

import numpy as np
import pytest

from app.engine.gate import _drop_look_alikes, apart, fit, varied
from app.engine.questions import build_many
from app.engine.skills import SKILLS
from app.engine.tolerance import LAST_DIGIT
from tests.engine import reference
from tests.sizes import size

EVERY = pytest.mark.parametrize(("skill", "level"), reference.EVERY)


@EVERY
@pytest.mark.parametrize("version", [1, 2])
def test_agrees_with_the_contract(skill: str, level: int, version: int) -> None:
    seeds = reference.spread_seeds(size(4000, 40_000), start=500_000)
    passed = build_many(skill, level, seeds, version).fit()
    refused_rows = np.flatnonzero(~passed)[: size(40, 2000)]
    rows = np.concatenate([refused_rows, np.flatnonzero(passed)[: size(80, 3000)]])
    undecided = 0
    for row in rows:
        expected = reference.fit(skill, reference.solved(skill, level, int(seeds[row]), version), version)
        if expected is None:
            undecided += 1
        else:
            assert bool(passed[row]) == expected, (skill, level, int(seeds[row]))
    # Exact decimals can lie on the very edge; among the few that are refused these are not rare.
    assert undecided <= 0.1 * len(rows)


def test_each_reason_to_refuse_is_met() -> None:
    """Both sides of the comparison see draws that fail, so that agreeing means something."""
    seeds = reference.spread_seeds(4000, start=500_000)
    for skill in ("derivative", "delta", "chain", "comprehension"):
        assert (~build_many(skill, 1, seeds, version=1).fit()).sum() >= 10


def _chain(z: list[float], dh: list[float]) -> dict[str, np.ndarray]:
    return dict(SKILLS["chain"].solve({"z": np.array([z]), "dh": np.array([dh])}))


def _passes(solved: dict[str, np.ndarray], skill: str = "chain") -> bool:
    plain = {symbol: values[0].tolist() for symbol, values in solved.items()}
    passed = bool(fit(SKILLS[skill], 1, solved)[0])
    assert passed == reference.fit(skill, plain)
    return passed


def test_hand_made_draws() -> None:
    assert _passes(_chain([2, 1, 3, -1], [1, -1, 2, -1]))
    # dh of one sign: dropping its sign changes nothing
    assert not _passes(_chain([2, 1, 3, -1], [1, 1, 2, 1]))
    # dh of ones: leaving it out gives the key
    assert not _passes(_chain([2, 1, 3, -1], [1, 1, 1, 1]))
    # an entry that the tolerance would nearly cover
    assert not _passes(_chain([2, 1, 3, -8], [1, -1, 2, -1]))
    # z = h (1 - h) nowhere near: fine again with a larger dh
    assert _passes(_chain([2, 1, 3, -4], [1, -1, 2, -1]))


def test_the_smallest_entry_is_five_tolerances() -> None:
    def solved(smallest: float) -> dict[str, np.ndarray]:
        return dict(SKILLS["delta"].solve({"dh": np.array([[1, -2, 3, -1.0]]), "dsigma": np.array([[smallest, 0.1, 0.2, 0.15]])}))

    assert _passes(solved(0.00501), "delta")
    assert not _passes(solved(0.00499), "delta")
    # Five tolerances are not nearer to zero than five tolerances.
    assert fit(SKILLS["delta"], 1, solved(0.005)).tolist() == [True]


def test_varied_means_more_than_half_of_the_sizes() -> None:
    for key, expected in (
        ([2, -2, 2, -2], False),
        ([2, -1, 2, -1], False),
        ([2, -1, 3, -1], True),
        ([2, 2.0014, 2.0028, 2.0042], False),
        ([2, 2.0016, 2.0032, 2.0032], True),
        ([0, 1.5 * LAST_DIGIT], False),
        ([0, 1.5 * LAST_DIGIT + 1e-9], True),
        ([1, -1], False),
        ([1, 2], True),
        ([1, 1, 2], True),
        ([1, 1, 1], False),
    ):
        assert varied(np.array([key], dtype=float)).tolist() == [expected], key


def test_apart_means_more_than_two_tolerances_in_one_entry() -> None:
    a, tolerance = np.zeros((1, 3)), np.array([[1.0, 2.0, 3.0]])
    for b, expected in (([2, 4, 6], False), ([2.1, 0, 0], True), ([0, -4.1, 0], True), ([0, 0, 5.9], False)):
        assert apart(a, np.array([b], dtype=float), tolerance).tolist() == [expected]
        assert apart(np.array([b], dtype=float), a, tolerance).tolist() == [expected]


def test_a_draw_is_dropped_if_any_two_of_its_values_look_alike() -> None:
    """Small whole numbers, so that values lie on the edge as often as beside it, and each entry has its own tolerance."""
    random = np.random.default_rng(6)
    seen = set()
    for _ in range(size(40, 1000)):
        tolerance = random.integers(1, 4, (50, 3)).astype(float)
        values = [random.integers(-9, 10, (50, 3)).astype(float) for _ in range(4)]
        passed = random.random(50) < 0.9
        expected = [
            bool(passed[row])
            and all(any(abs(a[row, k] - b[row, k]) > 2 * tolerance[row, k] for k in range(3)) for a, b in combinations(values, 2))
            for row in range(50)
        ]
        _drop_look_alikes(values, tolerance, passed)
        assert passed.tolist() == expected
        seen |= set(expected)
    assert seen == {True, False}


def test_a_step_must_show_in_every_weight_and_bias() -> None:
    """η|dW| < 0.01 in some entry is refused; 0.01 itself is not. Row by row, in W and in b."""
    worth = SKILLS["update"].worth_asking
    assert worth is not None
    dW = np.array([[[0.02, -0.5], [0.3, 0.4]], [[0.5, -0.5], [0.019, 0.4]], [[0.5, 0.5], [0.5, 0.5]], [[-0.5, 2], [3, 4]]])
    db = np.array([[0.5, 0.02], [0.5, 0.5], [0.5, -0.019], [-2, 3]])
    assert worth({"eta": np.full(4, 0.5), "dW": dW, "db": db}).tolist() == [True, False, False, True]
    assert worth({"eta": np.array([0.1]), "dW": np.full((1, 2, 2), 0.2), "db": np.full((1, 2), 0.2)}).tolist() == [True]
    assert worth({"eta": np.array([0.1]), "dW": np.full((1, 2, 2), 0.05), "db": np.full((1, 2), 0.05)}).tolist() == [False]


def test_a_pass_begins_where_sigma_bends() -> None:
    worth = SKILLS["backward-pass"].worth_asking
    assert worth is not None
    z = np.array([[0.05, -0.05], [0.049, 1], [1, -0.049], [-1, 0.06]])
    assert worth({"z": z}).tolist() == [True, False, False, True]


def test_a_part_is_found_by_its_symbol() -> None:
    for skill in SKILLS.values():
        assert [skill.part(part.symbol) for part in skill.parts] == list(skill.parts)
