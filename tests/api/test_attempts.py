"""An answer over REST: what may be sent, what comes back, and when the solution shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.engine.skills import SKILLS
from tests.api.site import DZ_LESSON, LESSON, RIGHT_DZ, WRONG_DZ, Site, assert_problem, drawn, right_answer

ATTEMPT = {
    *("id", "question_id", "skill", "level", "learner_id", "submitted_at", "answer", "score", "correct", "parts"),
    *("tries_left", "solution"),
}
PART = {"symbol", "score", "verdict", "entries", "rounding", "misconception"}
LESSON_RIGHT = {
    "h": [0.881, 0.731, 0.953, 0.269],
    "dsigma": [0.105, 0.197, 0.045, 0.197],
    "dz": [0.105, -0.197, 0.090, -0.197],
}
# By hand, with W = [[3, −2], [−1, −2], [6, 4], [−5, 2]], h_prev = [0.5, 0.25], b = [1, 2, −1, 1] and η = 0.5 as the lesson's.
LAYER_RIGHT = {
    "J": [[0.105, 0, 0, 0], [0, 0.197, 0, 0], [0, 0, 0.045, 0], [0, 0, 0, 0.197]],
    "z": [2, 1, 3, -1],
    "dW": [[0.0525, 0.0262], [-0.0985, -0.0492], [0.045, 0.0225], [-0.0985, -0.0492]],
    "db": [0.105, -0.197, 0.090, -0.197],
    "dh_prev": [2.037, 0.150],
    "W_new": [[2.974, -2.013], [-0.951, -1.9755], [5.9775, 3.9885], [-4.951, 2.0245]],
    "b_new": [0.9475, 2.0985, -1.045, 1.0985],
}


def stored(site: Site, who: str, question_id: str, answer: Any) -> Any:
    response = site.attempt(who, question_id, answer)
    assert response.status_code == 201, response.text
    return response.json()


def test_an_attempt_has_the_contracts_shape(site: Site) -> None:
    response = site.attempt("learner", DZ_LESSON, WRONG_DZ)
    assert response.status_code == 201
    attempt = response.json()
    assert set(attempt) == ATTEMPT
    assert response.headers["location"] == f"/api/v1/attempts/{attempt['id']}"
    assert isinstance(attempt["id"], str) and attempt["learner_id"] == site.ids["learner"]
    assert (attempt["question_id"], attempt["skill"], attempt["level"]) == (DZ_LESSON, "chain", 1)
    assert attempt["submitted_at"].endswith("Z")
    assert abs(datetime.fromisoformat(attempt["submitted_at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert attempt["answer"] == WRONG_DZ
    assert (attempt["score"], attempt["correct"], attempt["tries_left"], attempt["solution"]) == (0.5, False, None, None)
    (part,) = attempt["parts"]
    assert set(part) == PART
    assert (part["symbol"], part["score"], part["verdict"], part["rounding"]) == ("dz", 0.5, "partial", None)
    assert part["entries"] == [True, False, True, False]
    assert set(part["misconception"]) == {"code", "title", "feedback"}
    assert part["misconception"]["code"] == "upstream-sign-dropped"
    assert site.call("GET", f"/attempts/{attempt['id']}", "learner").json() == attempt
    assert site.call("GET", "/attempts", "learner").json() == {"attempts": [attempt], "next": None, "resume": f"a{attempt['id']}"}


def test_a_right_answer_shows_the_solution(site: Site) -> None:
    attempt = stored(site, "learner", LESSON, LESSON_RIGHT)
    assert (attempt["score"], attempt["correct"]) == (1.0, True)
    assert [part["verdict"] for part in attempt["parts"]] == ["correct"] * 3
    assert [part["rounding"] for part in attempt["parts"]] == ["exact"] * 3
    assert [part["misconception"] for part in attempt["parts"]] == [None] * 3
    solution = attempt["solution"]
    assert set(solution) == {"key", "tolerance", "steps"}
    assert {symbol: [round(x, 3) for x in key] for symbol, key in solution["key"].items()} == LESSON_RIGHT
    assert all(0.001 <= bound < 0.003 for bounds in solution["tolerance"].values() for bound in bounds)
    assert solution["steps"] and all(set(step) == {"text", "latex"} for step in solution["steps"])
    assert site.call("GET", f"/attempts/{attempt['id']}", "learner").json() == attempt


def test_every_skill_grades_its_lesson(site: Site) -> None:
    for skill in SKILLS:
        asked = LESSON.replace("comprehension", skill)
        typed = LESSON_RIGHT | LAYER_RIGHT
        answer = {part.symbol: typed[part.symbol] for part in SKILLS[skill].parts}
        assert stored(site, "learner", asked, answer)["correct"], skill


def test_the_solution_is_shown_when_asked_for(site: Site) -> None:
    asked = str(drawn("chain").id)
    before = stored(site, "learner", asked, {"dz": [9, 9, 9, 9]})
    others = stored(site, "other", asked, {"dz": [9, 9, 9, 9]})
    response = site.call("POST", f"/questions/{asked}/solution", "learner")
    assert response.status_code == 200
    solution = response.json()
    assert set(solution) == {"key", "tolerance", "steps"}
    assert site.call("POST", f"/questions/{asked}/solution", "learner").json() == solution
    after = stored(site, "learner", asked, {"dz": [9, 9, 9, 9]})
    assert after["solution"] == solution
    shown = site.call("GET", "/attempts", "learner").json()["attempts"]
    assert [(one["id"], one["solution"]) for one in shown] == [(before["id"], solution), (after["id"], solution)]
    assert site.call("GET", f"/attempts/{before['id']}", "learner").json()["solution"] == solution
    assert site.call("GET", f"/attempts/{others['id']}", "other").json()["solution"] is None


def test_after_the_solution_nothing_is_a_first_try(site: Site) -> None:
    asked, fresh = drawn("chain", seed=1), drawn("chain", seed=2)
    site.call("POST", f"/questions/{asked.id}/solution", "learner")
    stored(site, "learner", str(asked.id), right_answer(asked))
    (chain,) = [one for one in site.call("GET", "/me/progress", "learner").json()["skills"] if one["skill"] == "chain"]
    assert (chain["attempts"], chain["first_tries"], chain["first_try_score"]) == (1, 0, None)
    stored(site, "learner", str(fresh.id), {"dz": [9, 9, 9, 9]})
    stored(site, "learner", str(fresh.id), right_answer(fresh))
    (chain,) = [one for one in site.call("GET", "/me/progress", "learner").json()["skills"] if one["skill"] == "chain"]
    assert (chain["attempts"], chain["first_tries"], chain["first_try_score"]) == (3, 1, 0.0)


def test_a_part_is_followed_through(site: Site) -> None:
    # tanh for σ, and everything after it worked rightly from there
    h = [0.964, 0.762, 0.995, -0.762]
    dsigma = [0.035, 0.181, 0.005, -1.343]
    answer = {"h": h, "dsigma": dsigma, "dz": [0.035, -0.181, 0.010, 1.343]}
    attempt = stored(site, "learner", LESSON, answer)
    verdicts = {part["symbol"]: part for part in attempt["parts"]}
    assert verdicts["h"]["misconception"]["code"] == "tanh-for-sigma"
    for symbol in ("dsigma", "dz"):
        part = verdicts[symbol]
        assert (part["verdict"], part["score"], part["entries"]) == ("followed-through", 1.0, [True] * 4)
        assert (part["rounding"], part["misconception"]) == (None, None)
    assert attempt["score"] == pytest.approx(2 / 3)
    assert (attempt["correct"], attempt["solution"]) == (False, None)


def test_one_number_repeated_is_not_followed(site: Site) -> None:
    for constant in (0, 0.5):
        worked = constant * (1 - constant)
        attempt = stored(site, "learner", LESSON, {"h": [constant] * 4, "dsigma": [worked] * 4})
        assert [part["verdict"] for part in attempt["parts"]] == ["incorrect", "incorrect", "unanswered"]
        assert attempt["score"] == 0


def test_what_is_missing_scores_nothing_for_itself(site: Site) -> None:
    attempt = stored(site, "learner", LESSON, {"h": LESSON_RIGHT["h"], "dsigma": None})
    assert [part["verdict"] for part in attempt["parts"]] == ["correct", "unanswered", "unanswered"]
    assert attempt["score"] == pytest.approx(1 / 3)
    attempt = stored(site, "learner", DZ_LESSON, {"dz": [0.105, None, "", "−0.197"]})
    assert attempt["parts"][0]["entries"] == [True, False, False, True]
    assert attempt["answer"] == {"dz": [0.105, None, "", "−0.197"]}


WRITTEN: list[Any] = [
    ["0.105", "−0.197", "0,090", "-0.197"],
    ["+.105", " -1.97e-1 ", "9E-2", "-,197"],
    [[0.105], [-0.197], [0.09], [-0.197]],
    [[0.105, -0.197, 0.09, -0.197]],
    [0.105000000000, -197e-3, 0.9e-1, -0.1970],
    ["0.105" + "0" * 59, -0.197, 0.09, -0.197],
]


def test_numbers_as_people_and_programs_write_them(site: Site) -> None:
    for dz in WRITTEN:
        attempt = stored(site, "learner", DZ_LESSON, {"dz": dz})
        assert attempt["correct"], dz
        assert attempt["answer"] == {"dz": dz}


UNREADABLE: list[tuple[Any, list[str]]] = [
    ({}, ["/answer"]),
    ({"dz": None}, ["/answer"]),
    ({"dz": [None, "", " ", None]}, ["/answer"]),
    ({"dz": [0.1, "x", True, 1e9]}, ["/answer/dz/1", "/answer/dz/2", "/answer/dz/3"]),
    ({"dz": [[0.1], ["x"], [0.1], [{}]]}, ["/answer/dz/1/0", "/answer/dz/3/0"]),
    ({"dz": [[[0.1]], 1, 1, 1]}, ["/answer/dz"]),
    ({"dz": [0.1, 0.2, 0.3]}, ["/answer/dz"]),
    ({"dz": [0.1, 0.2, 0.3, 0.4, 0.5]}, ["/answer/dz"]),
    ({"dz": []}, ["/answer/dz"]),
    ({"dz": [[], [], [], []]}, ["/answer/dz"]),
    ({"dz": [[0.1, 0.2], [0.3, 0.4]]}, ["/answer/dz"]),
    ({"dz": {"0": 1}}, ["/answer/dz"]),
    ({"dz": "0.105 -0.197 0.090 -0.197"}, ["/answer/dz"]),
    ({"dz": [0.105, -0.197, 0.09, -0.197], "h": [1, 1, 1, 1]}, ["/answer/h"]),
    ({"DZ": [0.105, -0.197, 0.09, -0.197]}, ["/answer/DZ"]),
]


def test_what_cannot_be_read_names_the_entry_and_stores_nothing(site: Site) -> None:
    before = site.rows()
    for answer, pointers in UNREADABLE:
        document = assert_problem(site.attempt("learner", DZ_LESSON, answer), 422)
        assert [fault["pointer"] for fault in document["errors"]] == pointers, answer
    assert site.rows() == before


def test_the_body_is_an_answer_and_nothing_else(site: Site) -> None:
    before = site.rows()
    bodies: list[Any] = [{}, {"answer": None}, {"answer": [1]}, {"answer": "dz"}, {"answer": RIGHT_DZ, "x": 1}, [], 1]
    for body in bodies:
        assert_problem(site.call("POST", f"/questions/{DZ_LESSON}/attempts", "learner", json=body), 422)
    assert site.rows() == before


def test_a_dot_products_number_gets_a_hint(site: Site) -> None:
    for number in (-0.1, [0.7], [[0.7]]):
        document = assert_problem(site.attempt("learner", DZ_LESSON, {"dz": number}), 422)
        assert "dot product" in document["hint"]


def test_a_choice_is_answered_with_an_options_id(site: Site) -> None:
    for skill in SKILLS:
        asked = drawn(skill, level=2, format="choice", seed=4)
        right = right_answer(asked)
        attempt = stored(site, "learner", str(asked.id), right)
        assert (attempt["score"], attempt["correct"], attempt["answer"]) == (1.0, True, right)
        assert all(part["entries"] is None for part in attempt["parts"])


def test_a_wrong_option_names_its_misconception(site: Site) -> None:
    asked = drawn("chain", format="choice", seed=4)
    for option in asked.parts[0].options or ():
        (part,) = stored(site, "learner", str(asked.id), {"dz": option.id})["parts"]
        if option.code is not None:
            assert (part["score"], part["verdict"], part["entries"], part["rounding"]) == (0.0, "incorrect", None, None)
            assert part["misconception"]["code"] == option.code


def test_an_unknown_option_is_a_422(site: Site) -> None:
    before = site.rows()
    options: list[Any] = ["e", "A", "aa", " a", 1, True, ["a"], [0.1, 0.2, 0.3, 0.4], {"id": "a"}, "", None, "٣"]
    for option in options:
        assert_problem(site.attempt("learner", str(drawn("chain", format="choice").id), {"dz": option}), 422)
    assert site.rows() == before
