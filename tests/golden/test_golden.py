"""Pinned questions: an id gives the same question for ever. See regenerate.py for adding some."""

import json

import numpy as np
import pytest

from app.engine.question_id import parse_question_id
from app.engine.questions import build
from app.engine.skills import SKILLS
from tests.golden import regenerate

PINNED = regenerate.read()


@pytest.mark.parametrize("name", PINNED)
def test_an_id_gives_the_pinned_question(name: str) -> None:
    expected = PINNED[name]
    question = build(parse_question_id(name))
    found = json.loads(json.dumps(regenerate.described(question)))
    assert found["given"] == expected["given"]
    assert json.dumps(found["given"]) == json.dumps(expected["given"])
    assert found["options"] == expected["options"]
    assert list(found["key"]) == list(expected["key"])
    for symbol, key in expected["key"].items():
        assert np.abs(np.array(found["key"][symbol]) - np.array(key)).max() <= 1e-12


def test_a_seed_issues_the_pinned_ids_in_their_order() -> None:
    current = [
        name
        for name in PINNED
        if (question_id := parse_question_id(name)).version == SKILLS[question_id.skill].version or question_id.seed is None
    ]
    assert [str(question.id) for question in regenerate.issued()] == current


def test_every_skill_level_and_format_is_pinned() -> None:
    ids = [parse_question_id(name) for name in PINNED]
    for skill in SKILLS:
        for format in ("numeric", "choice"):
            assert sum((i.skill, i.format, i.seed) == (skill, format, None) for i in ids) == 1
            for level in (1, 2, 3):
                kind = (skill, level, format)
                assert sum((i.skill, i.level, i.format) == kind and i.seed is not None for i in ids) >= 5


def test_the_pinned_lesson_is_the_contracts() -> None:
    lesson = PINNED["comprehension-n1-v1-lesson"]
    assert lesson["given"] == {"z": [2, 1, 3, -1], "dh": [1, -1, 2, -1]}
    assert {symbol: [f"{x:.3f}" for x in key] for symbol, key in lesson["key"].items()} == {
        "h": ["0.881", "0.731", "0.953", "0.269"],
        "dsigma": ["0.105", "0.197", "0.045", "0.197"],
        "dz": ["0.105", "-0.197", "0.090", "-0.197"],
    }
