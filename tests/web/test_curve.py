"""The picture of a question's z on σ: each tangent has the right slope, and none runs into the next."""

import re

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
    points = [(float(x), float(y)) for x, y in re.findall(r"M([0-9.]+) ([0-9.]+)h0", curve.dots)]
    for (x, y), (x1, y1, x2, y2), slope in zip(points, curve.tangents, slopes, strict=True):
        assert x1 < x < x2 and abs(y - (y1 + y2) / 2) <= 0.11
        # Coordinates are rounded to a tenth.
        assert abs((y1 - y2) - slope * (x2 - x1) / across * (curve.bottom - curve.top)) <= 0.4
    dots = [x for x, _ in points]
    closest = min((abs(a - b) for a in dots for b in dots if a != b), default=across)
    longest = max(x2 - x1 for x1, _, x2, _ in curve.tangents)
    assert longest <= max(1.2 * closest, 0.6 * across) + 0.2
    bare = sigmoid_curve(question, with_slopes=False)
    assert bare is not None and not bare.tangents
