"""Skills and questions over REST: drawn as asked for, the same for ever under their id, and never telling their key."""

import random
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from app.engine.notation import json_numbers, round_decimal
from app.engine.skills import FORMATS, LEVELS, SKILLS
from tests.api.site import LESSON, Site, assert_problem, drawn, question, right_answer

QUESTION = {"id", "skill", "level", "format", "prompt", "prompt_latex", "given", "parts"}
PART = {"symbol", "title", "shape", "decimals", "options"}
KINDS = [(skill, level, format) for skill in SKILLS for level in LEVELS for format in FORMATS]


def draw(site: Site, **asked: Any) -> list[Any]:
    response = site.call("POST", "/questions", json=asked)
    assert response.status_code == 201, response.text
    questions: list[Any] = response.json()["questions"]
    return questions


def walk(value: Any) -> Iterator[Any]:
    """Every value in a document, and every key."""
    yield value
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def test_skills(site: Site) -> None:
    response = site.call("GET", "/skills")
    assert response.status_code == 200
    skills = {skill["id"]: skill for skill in response.json()["skills"]}
    assert {"activation", "derivative", "delta", "chain", "comprehension"} <= set(skills)
    for skill in skills.values():
        assert set(skill) == {"id", "title", "levels", "formats", "parts", "misconceptions", "example_id"}
        assert (skill["levels"], skill["formats"]) == ([1, 2, 3], ["numeric", "choice"])
        assert skill["title"] and all(set(part) == {"symbol", "title"} for part in skill["parts"])
        codes = [known["code"] for known in skill["misconceptions"]]
        assert codes and len(codes) == len(set(codes))
        assert site.call("GET", f"/questions/{skill['example_id']}").json()["skill"] == skill["id"]
    assert [part["symbol"] for part in skills["comprehension"]["parts"]] == ["h", "dsigma", "dz"]
    assert skills["comprehension"]["example_id"] == LESSON


def test_the_lessons_own_exercise(site: Site) -> None:
    asked = site.call("GET", f"/questions/{LESSON}").json()
    assert asked["given"] == {"z": [2, 1, 3, -1], "dh": [1, -1, 2, -1]}
    assert [(part["symbol"], part["shape"], part["options"]) for part in asked["parts"]] == [
        ("h", [4], None),
        ("dsigma", [4], None),
        ("dz", [4], None),
    ]


def test_only_a_skill_is_required(site: Site) -> None:
    (asked,) = draw(site, skill="chain")
    assert (asked["skill"], asked["level"], asked["format"]) == ("chain", 1, "numeric")
    assert re.fullmatch(r"chain-n1-v2-[0-9a-hjkmnp-tv-z]{10}", asked["id"])
    assert draw(site, skill="chain", seed=None)[0]["id"] != asked["id"]


def test_count_and_seed(site: Site) -> None:
    hundred = draw(site, skill="chain", count=100, level=2, seed=7)
    assert len({asked["id"] for asked in hundred}) == 100
    assert draw(site, skill="chain", count=100, level=2, seed=7) == hundred
    assert draw(site, skill="chain", count=3, level=2, seed=7) == hundred[:3]
    others = [draw(site, skill="chain", level=2, seed=seed)[0]["id"] for seed in (8, 0, -1, 2**63 - 1, -(2**63))]
    assert len({hundred[0]["id"], *others}) == 6


BAD_FIELDS: dict[str, list[Any]] = {
    "skill": ["no-such", "", "Chain", 5, None, ["chain"]],
    "level": [0, 4, -1, "1", 1.0, 1.5, True, None, [1]],
    "format": ["Numeric", "", 1, None, ["choice"]],
    "count": [0, 101, -1, "5", 2.0, True, None, 2**63],
    "seed": [2**63, -(2**63) - 1, "7", 7.0, True, [7]],
    "colour": [1, None],
}


def test_what_cannot_be_drawn_is_told_with_its_place(site: Site) -> None:
    assert assert_problem(site.call("POST", "/questions", json={}), 422)["errors"][0]["pointer"] == "/skill"
    for name, values in BAD_FIELDS.items():
        for value in values:
            document = assert_problem(site.call("POST", "/questions", json={"skill": "chain", name: value}), 422)
            assert [fault["pointer"] for fault in document["errors"]] == [f"/{name}"], value


def test_a_question_is_the_same_under_its_id(site: Site) -> None:
    for skill, level, format in KINDS:
        (asked,) = draw(site, skill=skill, level=level, format=format, seed=3)
        response = site.call("GET", f"/questions/{asked['id']}")
        assert response.json() == asked
        assert (asked["skill"], asked["level"], asked["format"]) == (skill, level, format)
        kept = response.headers["cache-control"]
        assert "public" in kept and "immutable" in kept and int(re.findall(r"max-age=(\d+)", kept)[0]) >= 30 * 86400
        assert re.fullmatch(r'"[^"]+"', response.headers["etag"])
        assert "set-cookie" not in response.headers


def test_a_question_kept_by_its_reader_is_not_sent_again(site: Site) -> None:
    path = f"/questions/{LESSON}"
    etag = site.call("GET", path).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = site.call("GET", path, headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == etag and "immutable" in response.headers["cache-control"]
    for unknown in ('"other"', "", "\xff"):
        response = site.call("GET", path, headers={"If-None-Match": unknown.encode("latin-1")})
        assert response.status_code == 200
    assert site.call("GET", "/questions/chain-n1-v1-lesson").headers["etag"] != etag


def test_no_question_holds_its_key(site: Site) -> None:
    shown = [asked for skill, level, format in KINDS for asked in draw(site, skill=skill, level=level, format=format, count=3)]
    shown += [site.call("GET", f"/questions/{skill}-{kind}1-v1-lesson").json() for skill in SKILLS for kind in "nc"]
    assert len(shown) == 3 * len(KINDS) + 2 * len(SKILLS)
    for asked in shown:
        assert set(asked) == QUESTION
        for part in asked["parts"]:
            assert set(part) == PART
            assert part["decimals"] == 3
            assert all(set(option) == {"id", "value"} for option in part["options"] or ())
        assert not {"key", "tolerance", "code", "correct", "solution", "rho"} & {v for v in walk(asked) if isinstance(v, str)}
        # Nothing in more decimals than are asked for: an exact key, or a tolerance, would give itself away so.
        assert not [number for number in walk(asked) if isinstance(number, float) and round(number, 3) != number]
        if all(question(asked["id"]).given_decimals(symbol) < 3 for symbol in asked["given"]):
            assert not re.search(r"\.\d{3}", asked["prompt"] + asked["prompt_latex"])
        if asked["format"] == "numeric":
            keys = [json_numbers(round_decimal(part.key)) for part in question(asked["id"]).parts]
            assert not [value for value in walk(asked) if value in keys]


def test_a_choice_offers_four_of_the_keys_shape(site: Site) -> None:
    places = {"a": 0, "b": 0, "c": 0, "d": 0}
    for skill, level, format in KINDS:
        if format == "choice":
            for asked in draw(site, skill=skill, level=level, format=format, count=10, seed=5):
                right = right_answer(question(asked["id"]))
                for part in asked["parts"]:
                    assert [option["id"] for option in part["options"]] == ["a", "b", "c", "d"]
                    assert all(list(np.shape(option["value"])) == part["shape"] for option in part["options"])
                    assert len({str(option["value"]) for option in part["options"]}) == 4
                    places[right[part["symbol"]]] += 1
    assert min(places.values()) > sum(places.values()) / 8  # the right one stands anywhere


def test_the_lessons_own_choice_has_at_least_two(site: Site) -> None:
    for skill in SKILLS:
        for part in site.call("GET", f"/questions/{skill}-c1-v1-lesson").json()["parts"]:
            assert len(part["options"]) >= 2
            assert all(list(np.shape(option["value"])) == part["shape"] for option in part["options"])


MALFORMED = [
    "x",
    "chain",
    "chain-n1-v1-",
    "chain-n1-v1-0123456789a",
    "chain-n1-v1-012345678",
    "chain-n1-v1-01234567il",
    "CHAIN-n1-v1-0123456789",
    "chain-n1-v1-0123456789%0A",
    "%20chain-n1-v1-0123456789",
    "chain-n0-v1-0123456789",
    "chain-n4-v1-0123456789",
    "chain-x1-v1-0123456789",
    "chain-n1-v0-0123456789",
    "chain-n1-v01-0123456789",
    "chain-n1-v99-0123456789",
    "chain-n2-v1-lesson",
    "chain-n1-v1-LESSON",
    "no-such-n1-v1-0123456789",
    "chain-n1-v1-%D9%A1%D9%A1%D9%A1%D9%A1%D9%A1%D9%A1%D9%A1%D9%A1%D9%A1%D9%A1",
    "chain-n%EF%BC%91-v1-0123456789",
    "%00",
    "%FF%FE",
    "..%2F..%2Fme",
    "chain-n1-v1-lesson%2F..",
    "1" * 5000,
    "-" * 5000 + "n1-v1-lesson",
]


def test_a_malformed_id_is_a_404(site: Site) -> None:
    before = site.rows()
    for malformed in MALFORMED:
        assert_problem(site.call("GET", f"/questions/{malformed}"), 404)
        assert_problem(site.call("POST", f"/questions/{malformed}/attempts", "learner", json={"answer": {"dz": [1]}}), 404)
        assert_problem(site.call("POST", f"/questions/{malformed}/solution", "learner"), 404)
    assert site.rows() == before


def test_an_id_made_by_hand_is_built_and_graded(site: Site) -> None:
    digits, by_hand = "0123456789abcdefghjkmnpqrstvwxyz", random.Random(1)
    for skill, level, format in KINDS:
        for seed in ("0" * 10, "z" * 10, "".join(by_hand.choices(digits, k=10))):
            made = f"{skill}-{format[0]}{level}-v1-{seed}"
            assert site.call("GET", f"/questions/{made}").status_code == 200
            graded = site.attempt("learner", made, right_answer(question(made)))
            assert graded.status_code == 201
            assert (graded.json()["score"], graded.json()["correct"]) == (1.0, True), made


def test_drawing_and_reading_store_nothing(site: Site) -> None:
    before = site.rows()
    draw(site, skill="comprehension", count=10)
    site.call("POST", "/questions", "learner", json={"skill": "chain"})
    site.call("GET", f"/questions/{drawn('chain').id}", "learner")
    assert site.rows() == before
