"""Building and issuing: the numbers of an independent reading of the contract, whatever the batch."""

import numpy as np
import pytest

from app.engine.question_id import QuestionId, lesson_id
from app.engine.questions import LATEX, Question, build, build_many, given_json, issue
from app.engine.skills import SKILLS
from app.engine.wrong_rules import is_common, rules_of
from tests.engine import reference
from tests.sizes import size

CURRENT = 2  # draw version
EVERY = pytest.mark.parametrize(("skill", "level"), reference.EVERY)
FORMATS = pytest.mark.parametrize("format", ["numeric", "choice"])


def _questions(skill: str, level: int, format: str, count: int) -> list[Question]:
    seeds = reference.spread_seeds(count, start=10_000)
    return [build(QuestionId(skill, level, format, 1, int(seed))) for seed in seeds]


@EVERY
def test_batch_equals_the_reference(skill: str, level: int) -> None:
    seeds = np.array([0, 1, 2**50 - 1, *reference.spread_seeds(size(150, 3000))], dtype=np.uint64)
    batch = build_many(skill, level, seeds, version=1)
    expected = [reference.solved(skill, level, int(seed)) for seed in seeds]
    assert len(batch) == len(seeds)
    assert set(batch.solved) == set(expected[0])
    for symbol, values in batch.solved.items():
        exact = np.array([q[symbol] for q in expected])
        if symbol in reference.GIVEN[skill]:
            assert np.array_equal(values, exact)
        else:
            assert np.abs(values - exact).max() < 1e-12


@EVERY
def test_a_single_build_equals_its_row(skill: str, level: int) -> None:
    seeds = reference.spread_seeds(size(100, 1000))
    batch = build_many(skill, level, seeds, version=1)
    for row, seed in enumerate(seeds):
        question = build(QuestionId(skill, level, "numeric", 1, int(seed)))
        for symbol, value in question.given.items():
            assert np.array_equal(value, batch.solved[symbol][row])
        for part in question.parts:
            assert np.abs(part.key - batch.key(part.part)[row]).max() < 1e-12
            assert np.abs(part.tolerance - batch.tolerance(part.part)[row]).max() < 1e-12


@EVERY
def test_a_row_does_not_depend_on_size_or_order_of_the_batch(skill: str, level: int) -> None:
    seeds = reference.spread_seeds(size(2000, 100_000))
    whole = build_many(skill, level, seeds, version=1)
    shuffled = np.argsort(reference.spread_seeds(len(seeds), start=77))
    others = [
        (build_many(skill, level, seeds[shuffled], version=1), shuffled),
        (build_many(skill, level, seeds[::-3], version=1), np.arange(len(seeds))[::-3]),
        (build_many(skill, level, np.repeat(seeds[5:6], 9), version=1), np.full(9, 5)),
    ]
    for other, rows in others:
        for symbol, values in other.solved.items():
            if symbol in SKILLS[skill].given:
                assert np.array_equal(values, whole.solved[symbol][rows])
            else:
                assert np.abs(values - whole.solved[symbol][rows]).max() < 1e-12
        assert np.array_equal(other.fit(), whole.fit()[rows])


@EVERY
def test_skills_and_levels_draw_different_numbers(skill: str, level: int) -> None:
    seeds = reference.spread_seeds(50)
    own = build_many(skill, level, seeds, version=1).solved
    for other in reference.SKILLS:
        if other != skill:
            theirs = build_many(other, level, seeds, version=1).solved
            shared = next(symbol for symbol in ("dh", "z") if symbol in own or symbol == "z")
            if shared in own and shared in theirs:
                assert not np.array_equal(own[shared], theirs[shared])


@EVERY
def test_levels_look_as_promised(skill: str, level: int) -> None:
    """Level 1 like the lesson's exercise; each level more entries and one more decimal."""
    solved = build_many(skill, level, reference.spread_seeds(500), version=1).solved
    for symbol in reference.GIVEN[skill]:
        decimals = reference.decimals(skill, symbol, level)
        assert SKILLS[skill].given_decimals(symbol, level) == decimals
        assert solved[symbol].shape == (500, *reference.shape(skill, symbol, level))
        # needs all its decimals, and no more
        text = {f"{x:.6f}".rstrip("0").partition(".")[2] for x in solved[symbol].flat}
        assert max(map(len, text)) == decimals
        assert (solved[symbol] != 0).all()
        flat = solved[symbol].reshape(500, -1)
        if symbol in ("dsigma", "h_prev", "eta"):
            assert (flat > 0).all()
        else:
            assert ((flat > 0).any(axis=1) & (flat < 0).any(axis=1)).all()


def _fit(skill: str, level: int, seed: int) -> bool:
    """The reference's verdict; where that turns on the last bit of a double, the engine's own."""
    verdict = reference.fit(skill, reference.solved(skill, level, seed, CURRENT), CURRENT)
    return bool(build_many(skill, level, np.array([seed], dtype=np.uint64), CURRENT).fit()[0]) if verdict is None else verdict


@EVERY
@FORMATS
def test_issue_is_repeatable_and_takes_the_first_that_pass(skill: str, level: int, format: str) -> None:
    issued = issue(skill, level, format, 30, seed=7)
    stream = f"{skill}/{level}/v{CURRENT}/issue/{format}"
    candidates = [reference.word(7, stream, k) >> 14 for k in range(240)]
    passing = [c for c in candidates if _fit(skill, level, c)]
    assert [question.id for question in issued] == [QuestionId(skill, level, format, CURRENT, c) for c in passing[:30]]
    assert [q.id for q in issue(skill, level, format, 4, seed=7)] == [q.id for q in issued[:4]]
    assert {q.id for q in issue(skill, level, format, 4, seed=8)}.isdisjoint({q.id for q in issued})


@EVERY
def test_all_that_is_issued_passes_the_gate(skill: str, level: int) -> None:
    for question in issue(skill, level, "choice", size(40, 400)):
        assert question.batch.fit().all()
        assert reference.fit(skill, reference.solved(skill, level, question.id.seed, CURRENT), CURRENT) is not False


def test_issue_without_a_seed_is_fresh() -> None:
    ids = {question.id for _ in range(20) for question in issue("chain", 1, count=5)}
    assert len(ids) == 100


@pytest.mark.parametrize("seed", [-1, 0, 2**63, 2**64, 10**40, -(10**40)])
def test_any_integer_is_a_seed(seed: int) -> None:
    assert [q.id for q in issue("chain", 2, count=3, seed=seed)] == [q.id for q in issue("chain", 2, count=3, seed=seed % 2**64)]


def test_issue_can_give_many_and_all_differ() -> None:
    assert len({question.id for question in issue("delta", 1, count=1000, seed=1)}) == 1000


@pytest.mark.parametrize("skill", reference.SKILLS)
@FORMATS
def test_lesson(skill: str, format: str) -> None:
    question = build(lesson_id(skill, format))
    assert str(question.id) == f"{skill}-{format[0]}1-v1-lesson"
    dz = [0.105, -0.197, 0.090, -0.197]
    lesson = {
        "z": [2, 1, 3, -1],
        "dh": [1, -1, 2, -1],
        "dsigma": [0.105, 0.197, 0.045, 0.197],
        "dz": dz,
        "db": dz,
        "W": [[3, -2], [-1, -2], [6, 4], [-5, 2]],
        "b": [1, 2, -1, 1],
        "h_prev": [0.5, 0.25],
        "dW": [[0.052, 0.026], [-0.098, -0.049], [0.045, 0.023], [-0.098, -0.049]],
        "eta": 0.5,
    }
    keys = lesson | {
        "h": [0.881, 0.731, 0.953, 0.269],
        "J": reference.layer.diagonal(lesson["dsigma"]),
        "dh_prev": [2.037, 0.150] if skill == "input-gradient" else [2.037, 0.151],
        "W_new": [[2.974, -2.013], [-0.951, -1.9755], [5.9775, 3.9885], [-4.951, 2.0245]],
        "b_new": [0.9475, 2.0985, -1.045, 1.0985],
    }
    assert {s: v.tolist() for s, v in question.given.items()} == {s: lesson[s] for s in reference.GIVEN[skill]}
    assert [part.symbol for part in question.parts] == list(reference.SKILLS[skill])
    for part in question.parts:
        # from z, the third entry of dz is 0.0903…, which is 0.090 to 3 decimals
        assert np.abs(part.key - np.array(keys[part.symbol])).max() <= 0.0005 + 1e-12
    assert question.batch.fit().all()


@EVERY
@FORMATS
def test_tolerances_are_the_contracts(skill: str, level: int, format: str) -> None:
    for question in _questions(skill, level, format, 20):
        exact = reference.solved(skill, level, question.id.seed)
        for part in question.parts:
            expected = reference.tolerance(skill, part.symbol, exact)
            assert np.allclose(part.tolerance.ravel(), expected, rtol=0, atol=1e-14)
            assert part.shape == part.key.shape == part.tolerance.shape == reference.shape(skill, part.symbol, level)


@EVERY
def test_options_are_the_key_among_wrong_rules_drawn_from_the_seed(skill: str, level: int) -> None:
    for question in _questions(skill, level, "choice", size(40, 1000)):
        seed = question.id.seed
        exact = reference.solved(skill, level, seed)
        for part in question.parts:
            options = part.options
            assert options is not None
            wrong = reference.wrong_values(skill, part.symbol, exact)
            rules = reference.by_code(wrong)
            assert [option.id for option in options] == ["a", "b", "c", "d"]
            assert [option.code for option in options].count(None) == 1
            for option in options:
                ways = [reference.flat(exact[part.symbol])] if option.code is None else rules[option.code]
                assert option.value.ravel().tolist() in [[reference.half_up(x) for x in value] for value in ways]
                assert option.value.shape == part.shape
                assert part.option(option.id) is option
            stream = f"{skill}/{level}/v1/options/{part.symbol}"
            place = reference.word(seed, stream, len(wrong)) >> 62
            assert options[place].code is None
            assert part.option("e") is None


@EVERY
def test_which_options_and_where_the_key_stands_vary(skill: str, level: int) -> None:
    places, codes = [], set()
    count = size(100, 1000)
    for question in _questions(skill, level, "choice", count):
        for part in question.parts:
            found = [option.code for option in part.options or ()]
            places.append(found.index(None))
            codes |= {(part.symbol, code) for code in found}
    assert min(np.bincount(places, minlength=4)) > 0.12 * count
    exact = reference.solved(skill, level, 0)
    assert codes == {
        (symbol, code)
        for symbol in reference.SKILLS[skill]
        for code in [None, *reference.by_code(reference.wrong_values(skill, symbol, exact))]
    }


@EVERY
def test_issued_options_all_look_different(skill: str, level: int) -> None:
    for question in issue(skill, level, "choice", size(40, 1000), seed=3):
        for part in question.parts:
            shown = {str(option.value.tolist()) for option in part.options or ()}
            assert len(shown) == 4


@pytest.mark.parametrize("skill", reference.SKILLS)
def test_the_lessons_options(skill: str) -> None:
    for part in build(lesson_id(skill, "choice")).parts:
        assert part.options is not None
        assert len(part.options) >= 2
        assert [option.code for option in part.options].count(None) == 1
        assert len({str(option.value.tolist()) for option in part.options}) == len(part.options)


@EVERY
@FORMATS
def test_prompts_say_the_givens_and_not_the_key(skill: str, level: int, format: str) -> None:
    for question in issue(skill, level, format, 10, seed=11):
        for symbol, values in question.given.items():
            decimals = reference.decimals(skill, symbol, level)
            rows = [[f"{x:.{decimals}f}" for x in row] for row in np.atleast_2d(values)]
            for row in rows:
                assert ("[" + ", ".join(row) + "]" if values.ndim else row[0]).replace("-", "−") in question.prompt
            lines = [" & ".join(row) for row in rows] if values.ndim == 2 else rows[0]
            assert r" \\ ".join(lines) in question.prompt_latex
        assert ("Choose" in question.prompt) == (format == "choice")
        assert ("3 decimals" in question.prompt) == (format == "numeric")
        assert "-" not in question.prompt
        for part in question.parts:
            listed = ", ".join(f"{x:.3f}" for x in part.key.ravel()).replace("-", "−")
            assert listed not in question.prompt


def test_givens_as_json_write_whole_numbers_as_integers() -> None:
    shown = given_json(build(lesson_id("delta")))
    assert repr(shown) == "{'dh': [1, -1, 2, -1], 'dsigma': [0.105, 0.197, 0.045, 0.197]}"
    assert repr(given_json(build(lesson_id("chain")))) == ("{'z': [2, 1, 3, -1], 'dh': [1, -1, 2, -1]}")


@EVERY
@FORMATS
def test_any_id_made_by_hand_builds(skill: str, level: int, format: str) -> None:
    for question in _questions(skill, level, format, size(100, 1000)):
        assert all(np.isfinite(part.key).all() and np.isfinite(part.tolerance).all() for part in question.parts)
        assert all(np.isfinite(option.value).all() for part in question.parts for option in part.options or ())
        assert question.prompt
        assert question.prompt_latex


@EVERY
def test_two_options_of_each_choice_are_mistakes_that_people_make_most(skill: str, level: int) -> None:
    for question in issue(skill, level, "choice", size(20, 400), seed=4):
        for part in question.parts:
            common = {rule.code for rule in rules_of(part.part, question.batch.solved) if is_common(rule)}
            assert sum(option.code in common for option in part.options or ()) >= 2


def test_each_symbol_is_written_as_it_is_called() -> None:
    greek = {"dsigma": r"\sigma'(z)", "eta": r"\eta"}
    asked_or_given = {symbol for skill in SKILLS.values() for symbol in (*skill.given, *(part.symbol for part in skill.parts))}
    assert set(LATEX) == asked_or_given
    for symbol, latex in LATEX.items():
        base, _, below = symbol.partition("_")
        assert latex == greek.get(symbol, rf"{base}_{{\text{{{below}}}}}" if below else base)
