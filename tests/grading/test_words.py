"""What is said of a mistake is true of the numbers that were typed."""

from app.engine.question_id import lesson_id
from app.engine.questions import build
from app.grading.answers import UnreadableAnswer, read_answer
from app.grading.grade import PartGrade, grade


def _graded(skill: str, **answer: object) -> PartGrade:
    question = build(lesson_id(skill))
    return grade(question, read_answer(question, answer)).parts[0]


def test_a_rule_that_fits_all_but_one_entry_says_so() -> None:
    whole = _graded("chain", dz=[0.105, 0.197, 0.09, 0.197]).misconception
    slipped = _graded("chain", dz=[0.999, 0.197, 0.09, 0.197]).misconception
    assert whole is not None and slipped is not None
    assert whole.code == slipped.code == "upstream-sign-dropped"
    assert slipped.feedback == f"One mistake fits every entry but one, and that one has a slip of its own. {whole.feedback}"
    assert "sizes are right" not in whole.feedback


def test_rounding_too_coarsely_on_the_way_is_not_answering_to_two_decimals() -> None:
    # σ′ kept as 0.10, 0.20, 0.05, 0.20
    coarse = _graded("chain", dz=[0.100, -0.200, 0.100, -0.200])
    assert coarse.misconception is not None
    assert coarse.misconception.code in ("two-decimals", "rounded-too-coarsely")
    # h kept as 0.88, 0.73, 0.95, 0.27
    h_coarse = _graded("chain", dz=[0.106, -0.197, 0.095, -0.197])
    assert h_coarse.misconception is not None
    assert h_coarse.misconception.code == "rounded-too-coarsely"
    ended = _graded("chain", dz=[0.10, -0.20, 0.09, -0.20])
    assert ended.misconception is not None
    assert ended.misconception.code == "two-decimals"


def test_broken_text_is_no_single_number() -> None:
    for raw, hinted in (("[1,2", False), ("x", False), ("0.3", True), (0.3, True)):
        try:
            read_answer(build(lesson_id("chain")), {"dz": raw})
        except UnreadableAnswer as error:
            assert (error.complaints[0].hint is not None) == hinted
        else:
            raise AssertionError(raw)
