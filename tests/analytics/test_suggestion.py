"""What is practised next: in the order of dependence, returning on the right day, with a reason in words. By a fixed clock."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analytics.dependence import BACK, FORWARD, PREREQUISITES, in_order_of_dependence, prerequisites_of
from app.analytics.returns import plan_return
from app.analytics.suggestion import Standing, days_ago, days_ahead, next_level, standing, suggest
from app.analytics.tries import Try
from app.engine.skills import SKILLS
from tests.analytics.people import HISTORIES, NOW, spread, tried

DAY = timedelta(days=1)


def standings(**tries: list[Try]) -> list[Standing]:
    """Of every skill of the catalogue; those not named are untried. An underscore stands for the hyphen."""
    known = {skill.replace("_", "-"): made for skill, made in tries.items()}
    return [standing(skill.id, skill.title, known.get(skill.id, []), NOW) for skill in SKILLS.values()]


def everything(**tries: list[Try]) -> list[Standing]:
    """As above, with all the others mastered an hour ago."""
    fresh = {skill.replace("-", "_"): spread([True] * 4, NOW - DAY / 24) for skill in SKILLS}
    return standings(**fresh | tries)


# The order


@given(st.permutations(sorted({*SKILLS, *PREREQUISITES, "some-later-skill"})), st.integers(1, 20))
def test_each_skill_comes_after_what_it_builds_on(skills: list[str], count: int) -> None:
    chosen = skills[:count]  # prerequisites that are not there are passed over
    order = in_order_of_dependence(chosen)
    assert sorted(order) == sorted(chosen)
    for place, skill in enumerate(order):
        assert set(prerequisites_of(skill, chosen)) <= set(order[:place])


def test_every_skill_of_the_catalogue_has_its_place() -> None:
    assert set(SKILLS) <= set(PREREQUISITES)
    assert {other for others in PREREQUISITES.values() for other in others} <= set(PREREQUISITES)
    assert not set(FORWARD) & set(BACK) and {*FORWARD, *BACK} <= set(PREREQUISITES)


# The return


@given(HISTORIES)
def test_a_return_follows_from_the_tries_alone(tries: list[Try]) -> None:
    planned = plan_return(tries, NOW)
    assert planned == plan_return(tries, NOW)
    if not tries:
        assert planned is None
        return
    assert planned is not None
    assert DAY <= planned.due - tries[-1].at <= 180 * DAY
    assert 0 < planned.recall <= 1
    later = plan_return(tries, NOW + 30 * DAY)
    assert later is not None and later.due == planned.due and later.recall < planned.recall


def test_the_clock_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("time.sleep or a clock was used")

    monkeypatch.setattr("time.sleep", refuse)
    tries = spread([True, True], NOW - 5 * DAY)
    assert plan_return(tries, NOW) == plan_return(tries, NOW)


def test_known_days() -> None:
    def days(right: list[bool], gap: timedelta, **more: int) -> int:
        planned = plan_return(spread(right, NOW, gap, **more), NOW)
        assert planned is not None
        return (planned.due - NOW).days

    minutes = timedelta(minutes=3)
    # The defaults of FSRS 6: 2.3 days after a first "good"; a sitting counts as little more than its first try.
    assert days([True], minutes) == 2
    assert days([True] * 8, minutes) == 2
    # Spaced tries push the return out further and further; a wrong one pulls it in.
    apart = [days([True] * n, 5 * DAY) for n in range(1, 6)]
    assert apart == sorted(apart) and apart[4] > 60
    assert days([True, True, True, False], 5 * DAY) < apart[2] / 5
    # Having picked the right option is the weaker recall.
    picked = plan_return([tried(True, chosen=True)], NOW)
    assert picked is not None and (picked.due - NOW).days == 1


# The suggestion


def test_a_newcomer_begins_at_the_beginning() -> None:
    found = suggest(standings(), NOW)
    assert (found.skill, found.level) == ("activation", 1)
    assert found.reason == "A good place to begin: later skills build on it."


def test_one_in_the_middle_goes_on() -> None:
    found = suggest(standings(activation=spread([False, True, False], NOW)), NOW)
    assert found.skill == "activation"
    assert found.reason == "You are in the middle of this: 1 of your last 3 first tries was right. Go on until it is safe."
    once = suggest(standings(activation=spread([False], NOW)), NOW)
    assert once.reason == "You are in the middle of this: you have tried it once. Go on until it is safe."


def test_what_is_mastered_leads_to_what_builds_on_it() -> None:
    found = suggest(standings(activation=spread([True] * 4, NOW)), NOW)
    assert (found.skill, found.level) == ("derivative", 1)
    assert found.reason == "You have mastered what it builds on: the activation h = σ(z)."


def test_a_return_is_due_before_anything_new() -> None:
    found = suggest(standings(activation=spread([True] * 4, NOW - 9 * DAY)), NOW)
    assert found.skill == "activation"
    assert found.reason == "You mastered this, and last practised it 9 days ago. A short return keeps it."
    # Once returned to, it is settled.
    returned = [*spread([True] * 4, NOW - 9 * DAY), tried(True, at=NOW - DAY / 24)]
    assert suggest(standings(activation=returned), NOW).skill == "derivative"


def test_of_several_returns_the_least_firm_comes_first() -> None:
    found = suggest(everything(chain=spread([True] * 4, NOW - 30 * DAY), delta=spread([True] * 4, NOW - 9 * DAY)), NOW)
    assert found.skill == "chain"


def test_what_was_mastered_and_then_went_wrong_comes_back() -> None:
    found = suggest(everything(delta=[*spread([True] * 4, NOW - DAY), *spread([False, False], NOW)]), NOW)
    assert found.skill == "delta"
    assert found.reason == "You had this, and lately it went wrong. Another look brings it back."


def told(*tries: str) -> list[Try]:
    """Each try by the code of its mistake, "+" for a right one, "-" for a wrong one without a name; the last one now."""
    return [
        tried(one == "+", 1, False, 1, NOW - timedelta(minutes=3 * k), *([one] if len(one) > 1 else []))
        for k, one in reversed(list(enumerate(reversed(tries))))
    ]


H = "h-for-derivative"


def test_a_mistake_made_again_and_again_comes_before_more_of_what_goes_well() -> None:
    well = spread([True] * 3, NOW)
    assert not standing("activation", "", well, NOW).mastered
    found = suggest(standings(activation=well, chain=told(*[H] * 5)), NOW)
    assert (found.skill, found.level, found.drill) == ("chain", 1, H)
    assert found.reason == ("5 of your last 5 first tries had the same mistake: h in place of σ′(z). Put this right first.")
    # In two skills: first where the other builds on it.
    found = suggest(standings(chain=told(*[H] * 5), derivative=told("+", H, H, H)), NOW)
    assert found.skill == "derivative" and found.reason.startswith("3 of your last 4 first tries")


@pytest.mark.parametrize(
    ("tries", "habit"),
    [
        ([H, H], None),
        ([H, H, H], (H, 3)),
        ([H, "-", H, "one-minus-h"], None),
        (["one-minus-h", "one-minus-h", "one-minus-h", H, H], ("one-minus-h", 3)),
        ([H, H, H, "-", "-"], (H, 3)),
        ([H, H, H, "-", "-", "-"], None),  # too long ago
        ([H, H, H, "+"], (H, 3)),
        ([H, H, H, "+", "+"], None),  # past
        (["no-longer-known"] * 5, None),
        (["-"] * 5, None),
    ],
)
def test_when_a_mistake_is_a_habit(tries: list[str], habit: tuple[str, int] | None) -> None:
    assert standing("chain", "", told(*tries), NOW).habit == habit


def test_a_habit_without_questions_to_show_it_leads_to_its_skill() -> None:
    found = suggest(standings(chain=told(*["one-sign-flipped"] * 4)), NOW)
    assert (found.skill, found.drill) == ("chain", None)


def test_a_return_that_is_due_comes_before_a_habit() -> None:
    found = suggest(standings(activation=spread([True] * 4, NOW - 9 * DAY), chain=told(*[H] * 5)), NOW)
    assert (found.skill, found.drill) == ("activation", None)


def test_nothing_is_due_when_all_is_mastered() -> None:
    found = suggest(everything(), NOW)
    assert found.skill is None
    assert found.reason == "You have mastered every skill. The first return is worth while in 2 days."


@given(st.integers(0, 10_000))
def test_a_suggestion_is_due_or_a_habit_or_not_mastered_with_all_its_bases_mastered(seed: int) -> None:
    random = Random(seed)

    def made() -> list[Try]:
        tries = spread([random.random() < 0.8 for _ in range(random.randrange(8))], NOW - random.randrange(40) * DAY)
        often = random.random() < 0.2
        return [one if one.right or not often else replace(one, mistakes=(H,)) for one in tries]

    tries = {skill.replace("-", "_"): made() for skill in SKILLS}
    stands = {one.skill: one for one in standings(**tries)}
    found = suggest(list(stands.values()), NOW)
    assert found.reason.endswith(".") and 1 <= found.level <= 3
    if found.skill is None:
        assert all(one.mastered and not one.is_due(NOW) for one in stands.values())
    elif not stands[found.skill].is_due(NOW):
        assert not stands[found.skill].mastered
        habits = [one.skill for one in stands.values() if one.habit and not one.mastered]
        assert (found.skill in habits) == bool(habits) == (found.drill is not None)
        assert habits or all(stands[other].mastered for other in prerequisites_of(found.skill, stands))
        assert not any(one.is_due(NOW) for one in stands.values())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("", 1), ("1+", 1), ("1+ 1+", 2), ("1- 1-", 1), ("2+ 2-", 2), ("2- 2-", 1), ("2+ 2+", 3),
        ("3+ 3+", 3), ("3- 3-", 2), ("1+ 1+ 2+", 2), ("1+ 3+", 3),
    ],
)  # fmt: skip
def test_the_level_follows_the_latest_tries(told: str, expected: int) -> None:
    assert next_level([tried(one[1] == "+", int(one[0])) for one in told.split()]) == expected


def test_days_in_words() -> None:
    assert [days_ago(NOW - k * DAY - DAY / 3, NOW) for k in (0, 1, 9)] == ["today", "yesterday", "9 days ago"]
    assert [days_ahead(NOW + k * DAY + DAY / 3, NOW) for k in (-2, 0, 1, 9)] == ["today", "today", "tomorrow", "in 9 days"]
