"""JSON columns: whatever JSON can hold comes back as it was, and nothing that is no JSON gets in."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.persistence.json_text import to_json

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_it_comes_back_to_the_last_bit(value: Any) -> None:
    assert json.dumps(json.loads(to_json(value))) == json.dumps(value)  # tells -0.0 from 0, 1 from 1.0 and True, and keeps order


def test_it_is_compact_and_readable() -> None:
    assert to_json({"σ′": [0.1, 1, 1.0, -0.0, 2**70, None, True], "b": ' „ü“ \\ " \n'}) == (
        '{"σ′":[0.1,1,1.0,-0.0,1180591620717411303424,null,true],"b":" „ü“ \\\\ \\" \\n"}'
    )


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", 'a "NaN"'])
def test_words_that_look_like_numbers_are_only_words(text: str) -> None:
    assert json.loads(to_json({"a": [text]})) == {"a": [text]}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "\ud800", "Na\udc00N"])
def test_what_is_no_json_is_refused(value: Any) -> None:
    for wrapped in (value, [0, value], {"NaN": value}):
        with pytest.raises(ValueError):
            to_json(wrapped)
