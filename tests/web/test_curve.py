"""The picture of a question's z on σ: each tangent has the right slope, and none runs into the next."""

import pytest

from app.engine.question_id import lesson_id, parse_question_id
from app.engine.questions import build
from app.engine.sigmoid import sigmoid_derivative
from app.web.curve import sigmoid_curve


@pytest.mark.parametrize("question_id", [str(lesson_id("chain")), *(f"chain-n{level}-v1-0000000001" for level in (1, 2, 3))])
def test_tangents(question_id: str) -> None:
    question = build(parse_question_id(question_id))
    curve = sigmoid_curve(question, with_slopes=True)
    assert curve is not None
    across = (curve.right - curve.left) / 9
    slopes = sigmoid_derivative(question.given["z"].ravel())
    for point, slope in zip(curve.points, slopes, strict=True):
        assert point.tangent is not None
        x1, y1, x2, y2 = point.tangent
        assert x1 < point.x < x2
        # Coordinates are rounded to a tenth.
        assert abs((y1 - y2) - slope * (x2 - x1) / across * (curve.bottom - curve.top)) <= 0.4
    closest = min((abs(a.x - b.x) for a in curve.points for b in curve.points if a.x != b.x), default=across)
    longest = max(one.tangent[2] - one.tangent[0] for one in curve.points if one.tangent)
    assert longest <= max(1.2 * closest, 0.6 * across) + 0.2
    bare = sigmoid_curve(question, with_slopes=False)
    assert bare is not None and all(one.tangent is None for one in bare.points)
