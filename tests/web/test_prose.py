"""Powers and indices in sentences: raised on the page, said in words, and nothing else touched."""

import pytest
from markupsafe import Markup

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.skills import SKILLS
from app.web.prose import drawn_prose, prose, spoken

POWER = '<sup><span class="visually-hidden"> to the power </span>{}</sup>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1/(1 + e^−z).", "1/(1 + e" + POWER.format("−z") + ")."),
        ("e^z in place of e^-z", "e" + POWER.format("z") + " in place of e" + POWER.format("−z")),
        ("dz h_prevᵀ and W_new", "dz h<sub>prev</sub>ᵀ and W<sub>new</sub>"),
        ("dh_prev = Wᵀ dz", "dh<sub>prev</sub> = Wᵀ dz"),
        ("dh_prev₁ of h_prev₁₂ᵀ", "dh<sub>prev,1</sub> of h<sub>prev,12</sub>ᵀ"),
        ("<b> & h", "&lt;b&gt; &amp; h"),
        ("h_previous, a^, ^2, snake_case", "h_previous, a^, ^2, snake_case"),
    ],
)
def test_formulas_in_a_sentence(text: str, shown: str) -> None:
    assert prose(text).replace("\u00a0", " ") == shown


def test_nothing_of_the_text_is_lost() -> None:
    texts = [sentence for known in MISCONCEPTIONS.values() for sentence in (known.title, known.feedback)]
    texts += [skill.title for skill in SKILLS.values()]
    for text in texts:
        bare = Markup(str(prose(text)).replace('<span class="visually-hidden"> to the power </span>', "")).striptags()
        assert bare.replace("\u00a0", " ") == text.replace("^", "").replace("h_prev", "hprev").replace("_new", "new")
        assert "^" not in bare


def test_a_short_formula_keeps_to_one_line() -> None:
    call = '<span class="tight">{}</span>'
    assert prose("dz = dh ⊗ σ′(z)") == "dz\u00a0=\u00a0dh\u00a0⊗\u00a0" + call.format("σ′(z)")
    assert prose("h = σ(z) = 1/(1 + b)") == "h\u00a0=\u00a0" + call.format("σ(z)") + " =\u00a01/(1\u00a0+\u00a0b)"


def test_in_a_picture_an_index_is_lowered_and_the_rest_raised_again() -> None:
    low = '<tspan class="low" dy="3">{}</tspan>'
    assert drawn_prose("1 < 2") == "1 &lt; 2"
    assert drawn_prose("to h_prev") == "to h" + low.format("prev")
    shown = "dh" + low.format("prev,1") + '<tspan dy="-3"> = h' + low.format("prev") + '<tspan dy="-3">.</tspan></tspan>'
    assert drawn_prose("dh_prev₁ = h_prev.") == shown
    raised = '<tspan class="low" dy="-5">{}</tspan>'
    assert drawn_prose("1 + e^−z, σ(z)") == "1 + e" + raised.format("−z") + '<tspan dy="5">, σ(z)</tspan>'


def test_a_picture_is_described_in_words_without_carets() -> None:
    assert spoken("e^z in place of e^−z, h_prev") == "e to the power z in place of e to the power −z, h_prev"
    assert not any("^" in spoken(known.title) for known in MISCONCEPTIONS.values())


def test_a_long_formula_may_break() -> None:
    assert prose("a + b = c", keep_together=False) == "a + b = c"
