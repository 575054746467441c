"""Following through a layer: six linked parts, each right given the learner's own earlier one."""

import numpy as np
import pytest

from app.engine.skills import SKILLS
from app.engine.tolerance import U
from app.engine.wrong_rules import RULES, rules_of
from app.grading.grade import grade_many
from tests.engine import reference
from tests.grading.draws import fit_batch, flat, keys, on_paper

levels = pytest.mark.parametrize("level", reference.LEVELS)
PARTS = {part.symbol: part for part in SKILLS["backward-pass"].parts}


def carried_on(solved: dict[str, np.ndarray], own: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All six parts from the learner's own first ones, worked with loops and rounded at each part."""
    worked = dict(own)
    if "dsigma" not in worked:
        worked["dsigma"] = on_paper(worked["h"] * (1 - worked["h"]))
    if "dz" not in worked:
        worked["dz"] = on_paper(solved["dh"] * worked["dsigma"])
    dz, a, W = worked["dz"], solved["h_prev"], solved["W"]
    worked["dW"] = on_paper(np.stack([dz * a[:, j : j + 1] for j in range(a.shape[1])], axis=2))
    worked["db"] = dz
    worked["dh_prev"] = on_paper(sum(W[:, i, :] * dz[:, i : i + 1] for i in range(W.shape[1])))
    return worked


@levels
@pytest.mark.parametrize("symbol", ["h", "dsigma", "dz"])
def test_a_wrong_rule_is_followed_to_the_end(level: int, symbol: str) -> None:
    batch = fit_batch("backward-pass", level)
    order = list(PARTS)
    before = keys(batch)
    for rule in rules_of(PARTS[symbol], batch.solved):
        if rule.code == "exponent-sign-flipped":  # its σ′ is the right one
            continue
        own = {name: before[name] for name in order[: order.index(symbol)]} | {symbol: on_paper(rule.value(batch.solved))}
        grades = grade_many(batch, carried_on(batch.solved, own))
        assert (grades[symbol].rule == RULES[PARTS[symbol].rules].index(rule)).all(), rule.code
        for later in order[order.index(symbol) + 1 :]:
            counted = grades[later].followed | grades[later].correct
            assert flat(grades[later].entries)[counted].all()
            # A dz that could not be is carried on from the one that a rule explains, not beyond it.
            assert counted.mean() > 0.9, (rule.code, later)
            assert not (grades[later].followed & grades[later].correct).any()
            assert (grades[later].rule[grades[later].followed] == -1).all()


@levels
@pytest.mark.parametrize("value", [0, 0.25, 0.5, 1, -0.1, 7])
@pytest.mark.parametrize("symbol", ["h", "dsigma", "dz"])
def test_one_number_repeated_banks_nothing(level: int, symbol: str, value: float) -> None:
    batch = fit_batch("backward-pass", level)
    nothing = {name: np.full_like(batch.solved[name], np.nan) for name in PARTS}
    own = {name: nothing[name] for name in list(PARTS)[: list(PARTS).index(symbol)]}
    own[symbol] = np.full_like(batch.solved[symbol], value)
    answers = carried_on(batch.solved, own)
    grades = grade_many(batch, answers)
    # Where a registered wrong rule leads to just that number, it is as honest as any other.
    honest = np.logical_or.reduce([grades[source].by_rule for source in ("h", "dsigma", "dz")])
    assert not honest.all() or (symbol, value) == ("dsigma", 1)  # dz = dh: the slope left out
    for grade in grades.values():
        assert not grade.followed[~honest].any()


@levels
def test_a_gradient_larger_than_a_quarter_of_dh_banks_nothing(level: int) -> None:
    batch = fit_batch("backward-pass", level)
    nothing = {name: np.full_like(batch.solved[name], np.nan) for name in ("h", "dsigma")}
    for factor, possible in ((0.249, True), (0.251, False), (0.0, False)):
        own = batch.solved["dh"] * np.linspace(0.1, factor, batch.solved["dh"].shape[1])
        grades = grade_many(batch, carried_on(batch.solved, nothing | {"dz": own}))
        wrong = ~grades["dz"].correct & ~grades["dz"].by_rule
        followed = grades["dh_prev"].followed[wrong & ~grades["dh_prev"].correct]
        assert followed.mean() > 0.95 if possible else not followed.any()


def test_what_a_gradient_can_be() -> None:
    """A slope lies above 0 and is at most a quarter; and it is not the same everywhere, as far as 3 decimals tell."""
    dh = np.array([[1.0, -2, 4]] * 7)
    dz = np.array(
        [
            [0.25, -0.2, 0.2],
            [0.2, -0.4, 0.8],
            [0.26, -0.2, 0.2],
            [0.0, -0.2, 0.2],
            [0.2003, -0.4003, 0.7997],
            [0.202, -0.4, 0.8],
            [-0.25, 0.2, -0.2],
        ]
    )
    found = PARTS["dz"].possible({"dh": dh}, dz)
    assert found.tolist() == [
        [True, True, True],
        [False, False, False],
        [False, True, True],
        [False, True, True],
        [False, False, False],
        [True, True, True],
        [True, True, True],
    ]
    # On the edge: 0.5 − u and 0.499 + u lead to the same slope.
    assert not PARTS["dz"].possible({"dh": np.array([[4.0, 4.0]])}, np.array([[0.5, 0.5 - 2 * U]])).any()
