"""What the lesson quotes, against an independent computation: gradients of its own loss by autograd."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, jacobian

from app.engine.skills import SKILLS
from app.web.chapters import EXPLAINED, SECTIONS, fading, lesson_numbers
from app.web.network_picture import network_picture

N = lesson_numbers().of


def sigma(z):  # type: ignore[no-untyped-def]
    return 1 / (1 + anp.exp(-z))


def loss(W, b, h_prev):  # type: ignore[no-untyped-def]
    """As the lesson writes it: h₁ − h₂ + 2 h₃ − h₄."""
    h = sigma(anp.dot(W, h_prev) + b)
    return h[0] - h[1] + 2 * h[2] - h[3]


def test_the_lesson_has_the_exercises_numbers() -> None:
    assert N["z"].tolist() == [2, 1, 3, -1]
    assert N["dh"].tolist() == [1, -1, 2, -1]
    assert np.allclose(N["W"] @ N["h_prev"] + N["b"], N["z"], atol=1e-15)
    shown = {symbol: np.round(N[symbol], 3).tolist() for symbol in ("h", "dsigma", "dz")}
    assert shown == {
        "h": [0.881, 0.731, 0.953, 0.269],
        "dsigma": [0.105, 0.197, 0.045, 0.197],
        "dz": [0.105, -0.197, 0.090, -0.197],
    }


def test_its_gradients_are_those_of_its_loss() -> None:
    values = N["W"], N["b"], N["h_prev"]
    assert float(N["L"]) == pytest.approx(float(loss(*values)), abs=1e-12)
    for place, symbol in enumerate(("dW", "db", "dh_prev")):
        assert np.allclose(grad(loss, place)(*values), N[symbol], rtol=0, atol=1e-12), symbol
    assert np.allclose(jacobian(sigma)(N["z"]), N["J"], rtol=0, atol=1e-12)


def test_the_step_goes_downhill() -> None:
    assert np.allclose(N["W_new"], N["W"] - N["eta"] * N["dW"], atol=1e-15)
    after = float(loss(N["W_new"], N["b_new"], N["h_prev"]))
    assert float(N["L_new"]) == pytest.approx(after, abs=1e-12)
    assert after < float(N["L"])


def test_the_gradient_fades_as_autograd_says() -> None:
    def chain(x, layers):  # type: ignore[no-untyped-def]
        for _ in range(layers):
            x = sigma(x)
        return x

    starts = [chain(1.0, k) for k in range(8)]
    rows = fading()
    assert [row.layers for row in rows] == list(range(1, 9))
    for row in rows:
        left = float(grad(chain)(starts[8 - row.layers], row.layers))
        assert float(row.gradient) == pytest.approx(left, abs=5.1e-7)
        assert left < float(row.most) + 5e-7


def test_numbers_are_written_as_the_lesson_writes_them() -> None:
    numbers = lesson_numbers()
    assert numbers.at("z", 4) == "−1"
    assert numbers.tex("dz", 2) == "(-0.197)"
    assert numbers.array("h_prev") == r"\begin{bmatrix}0.50 \\ 0.25\end{bmatrix}"
    assert numbers.array("J").count("0.000") == 0


def test_whatever_is_asked_has_its_section() -> None:
    anchors = [section.anchor for section in SECTIONS]
    assert len(set(anchors)) == len(anchors)
    assert set(EXPLAINED.values()) <= set(anchors)
    assert set(EXPLAINED) == {part.symbol for skill in SKILLS.values() for part in skill.parts}


def test_the_picture_says_of_each_value_where_it_came_from_and_where_its_gradient_goes() -> None:
    values = {value.name: value for value in network_picture(lesson_numbers()).values}
    assert list(values) == ["h_prev₁", "h_prev₂", "z₁", "z₂", "z₃", "z₄", "h₁", "h₂", "h₃", "h₄", "L"]
    assert values["z₁"].came.startswith("z₁ = 3·0.50 − 2·0.25 + 1 = 2,")
    assert values["z₃"].goes.startswith("dz₃ = dh₃ · σ′(z₃) = 2 · 0.045 = 0.090.")
    assert values["h_prev₁"].gradient == "2.037"
    assert {len(value.forward) for name, value in values.items() if name.startswith("z")} == {2}
    assert len(values["L"].forward) == len(values["L"].backward) == 4
    for value in values.values():
        assert " ".join(value.came_lines) == value.came and " ".join(value.goes_lines) == value.goes
        assert max(map(len, (*value.came_lines, *value.goes_lines))) <= 50
        assert len(value.came_lines) + len(value.goes_lines) <= 5  # what the picture has room for
