"""Hints for answers whose very shape is the mistake."""

import pytest

from app.engine.question_id import lesson_id
from app.engine.questions import build
from app.engine.shapes import shape_hint
from app.grading.answers import UnreadableAnswer, read_answer


@pytest.mark.parametrize(
    ("skill", "symbol", "raw", "word"),
    [
        ("chain", "dz", 0.3, "dot product"),
        ("chain", "dz", [[0.3]], "dot product"),
        ("chain", "dz", [[0.1] * 4] * 4, "outer product"),
        ("jacobian", "J", [0.105, 0.197, 0.045, 0.197], "diagonal"),
        ("jacobian", "J", [[0.105], [0.197], [0.045], [0.197]], "diagonal"),
        ("jacobian", "J", 0.5, "every entry"),
        ("weight-gradient", "dW", [[0.1] * 4] * 2, "swapped"),
        ("weight-gradient", "dW", [0.1] * 4, "shape of W"),
        ("weight-gradient", "dW", 1, "outer product"),
        ("input-gradient", "dh_prev", [[0.1, 0.2]] * 4, "summed"),
        ("pre-activation", "z", [[0.1, 0.2]] * 4, "Each row"),
        ("pre-activation", "z", 3, "Every unit"),
        ("update", "W_new", [1, 2, 3, 4], "shape of W"),
        ("update", "W_new", [[1] * 4] * 2, "swapped"),
        ("backward-pass", "db", [[1, 2]] * 4, "dW"),
    ],
)
def test_a_known_shape_is_hinted_at(skill: str, symbol: str, raw: object, word: str) -> None:
    with pytest.raises(UnreadableAnswer) as refused:
        read_answer(build(lesson_id(skill)), {symbol: raw})
    (complaint,) = refused.value.complaints
    assert complaint.path == (symbol,)
    assert complaint.hint is not None
    assert word in complaint.hint
    assert not any(digit in complaint.hint for digit in "23456789")


@pytest.mark.parametrize(
    ("symbol", "wanted", "given"),
    [
        ("dz", (4,), (3,)),
        ("h", (4,), ()),
        ("dW", (3, 4), (3, 3)),
        ("J", (3, 3), (4, 4)),
        ("dW", (3, 3), (2, 3)),
        ("dz", (4,), (0,)),
    ],
)
def test_other_shapes_are_refused_without_a_guess(symbol: str, wanted: tuple[int, ...], given: tuple[int, ...]) -> None:
    assert shape_hint(symbol, wanted, given) is None
