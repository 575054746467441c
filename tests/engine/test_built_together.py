"""Questions built in one pass, whatever their kinds and order, are those built alone."""

import numpy as np

from app.engine.question_id import QuestionId, lesson_id
from app.engine.questions import build, build_all, given_json
from app.engine.skills import SKILLS
from tests.engine import reference


def test_questions_built_together_are_those_built_alone() -> None:
    random = np.random.default_rng(8)
    ids = [lesson_id(skill, format) for skill in SKILLS for format in ("numeric", "choice")] * 2
    for skill, level in reference.EVERY:
        for version in (1, 2):
            seeds = random.integers(2**50, size=3).tolist()
            ids += [QuestionId(skill, level, format, version, seed) for seed in seeds for format in ("numeric", "choice")]
    ids = [ids[k] for k in random.permutation(len(ids)).tolist()]
    built = build_all(ids)
    assert [one.id for one in built] == ids
    assert build_all([]) == []
    assert [len(one.batch) for count in (1, 2, 3) for one in build_all([ids[0]] * count)] == [1] * 6
    for one in built:
        alone = build(one.id)
        assert (one.prompt, one.prompt_latex, given_json(one)) == (alone.prompt, alone.prompt_latex, given_json(alone))
        assert len(one.batch) == 1
        for part, by_itself in zip(one.parts, alone.parts, strict=True):
            assert np.allclose(part.key, by_itself.key, rtol=1e-12, atol=0)
            assert np.allclose(part.tolerance, by_itself.tolerance, rtol=1e-12, atol=0)
            for option, same in zip(part.options or (), by_itself.options or (), strict=True):
                assert (option.id, option.code, option.value.tolist()) == (same.id, same.code, same.value.tolist())
