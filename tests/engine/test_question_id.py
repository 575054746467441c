"""Question ids: one spelling each, and nothing else is taken for one."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.engine.question_id import MalformedQuestionId, QuestionId, lesson_id, parse_question_id
from tests.engine import reference
from tests.sizes import size

SETTINGS = settings(database=None, deadline=None, max_examples=size(300, 5000), derandomize=True)
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
GOOD = "chain-n2-v1-7k2m9q0xw4"

ids = st.builds(
    QuestionId,
    st.sampled_from(sorted(reference.SKILLS)),
    st.sampled_from(reference.LEVELS),
    st.sampled_from(["numeric", "choice"]),
    st.just(1),
    st.integers(0, 2**50 - 1),
) | st.builds(lesson_id, st.sampled_from(sorted(reference.SKILLS)), st.sampled_from(["numeric", "choice"]))

texts = st.builds(
    lambda skill, letter, level, seed: f"{skill}-{letter}{level}-v1-{seed}",
    st.sampled_from(sorted(reference.SKILLS)),
    st.sampled_from("nc"),
    st.sampled_from("123"),
    st.text(ALPHABET, min_size=10, max_size=10),
)


@SETTINGS
@given(ids)
def test_round_trip_from_the_id(question_id: QuestionId) -> None:
    assert parse_question_id(str(question_id)) == question_id


@SETTINGS
@given(texts)
def test_round_trip_from_the_text(text: str) -> None:
    assert str(parse_question_id(text)) == text


@SETTINGS
@given(st.text(ALPHABET, min_size=10, max_size=10))
def test_the_seed_is_crockfords_base_32(seed: str) -> None:
    parsed = parse_question_id(f"delta-c3-v1-{seed}")
    assert parsed.seed == sum(ALPHABET.index(digit) * 32 ** (9 - place) for place, digit in enumerate(seed))


def test_reading_an_id() -> None:
    assert parse_question_id("chain-n2-v1-000000000z") == QuestionId("chain", 2, "numeric", 1, 31)
    assert parse_question_id("chain-c3-v1-zzzzzzzzzz") == QuestionId("chain", 3, "choice", 1, 2**50 - 1)
    assert parse_question_id("chain-n1-v2-0000000010") == QuestionId("chain", 1, "numeric", 2, 32)
    assert str(lesson_id("comprehension")) == "comprehension-n1-v1-lesson"
    assert lesson_id("comprehension") == QuestionId("comprehension", 1, "numeric", 1, None)
    assert parse_question_id("delta-c1-v1-lesson") == QuestionId("delta", 1, "choice", 1, None)


@SETTINGS
@given(ids, st.data())
def test_any_other_spelling_is_refused_or_another_question(question_id: QuestionId, data: st.DataObject) -> None:
    text = str(question_id)
    place = data.draw(st.integers(0, len(text)))
    replaced = data.draw(st.integers(0, 2))
    changed = text[:place] + data.draw(st.text(max_size=2)) + text[place + replaced :]
    try:
        other = parse_question_id(changed)
    except MalformedQuestionId:
        return
    assert str(other) == changed
    assert (other == question_id) == (changed == text)


@SETTINGS
@given(st.text() | st.text("chain-delta123nvc0", max_size=30))
@example("")
def test_text_never_raises_anything_else(text: str) -> None:
    try:
        assert str(parse_question_id(text)) == text
    except MalformedQuestionId as error:
        assert text == "" or text not in str(error) or len(text) < 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.upper(),
        "Chain-n2-v1-7k2m9q0xw4",
        "chain-N2-v1-7k2m9q0xw4",
        "chain-n2-V1-7k2m9q0xw4",
        "chain-n2-v1-7K2M9Q0XW4",
        f" {GOOD}",
        f"{GOOD} ",
        f"{GOOD}\n",
        f"\n{GOOD}",
        f"{GOOD}\x00",
        f"{GOOD}0",
        f"0{GOOD}",
        GOOD[:-1],
        f"{GOOD}-{GOOD}",
        # letters that Crockford leaves out, or reads as digits
        "chain-n2-v1-7k2m9q0xwi",
        "chain-n2-v1-7k2m9q0xwl",
        "chain-n2-v1-7k2m9q0xwo",
        "chain-n2-v1-7k2m9q0xwu",
        "chain-n2-v1-7k2m9q0xwX",
        # unknown skill, format, level, version
        "nothing-n2-v1-7k2m9q0xw4",
        "jacobians-n2-v1-7k2m9q0xw4",
        "-n2-v1-7k2m9q0xw4",
        "chain--n2-v1-7k2m9q0xw4",
        "chain-x2-v1-7k2m9q0xw4",
        "chain-n0-v1-7k2m9q0xw4",
        "chain-n4-v1-7k2m9q0xw4",
        "chain-n-v1-7k2m9q0xw4",
        "chain-n02-v1-7k2m9q0xw4",
        "chain-n2-v0-7k2m9q0xw4",
        "chain-n2-v01-7k2m9q0xw4",
        "chain-n2-v3-7k2m9q0xw4",
        "chain-n2-v99-7k2m9q0xw4",
        "chain-n2-v999-7k2m9q0xw4",
        "chain-n2-v-1-7k2m9q0xw4",
        "chain-n2-v1.0-7k2m9q0xw4",
        "chain-n2-v1",
        "chain-n2-v1-",
        # digits and dashes of other scripts
        "chain-n٢-v1-7k2m9q0xw4",
        "chain-n2-v１-7k2m9q0xw4",
        "chain-n2-v1-7k2m9q0xw٤",
        "chain−n2−v1−7k2m9q0xw4",
        "ｃhain-n2-v1-7k2m9q0xw4",
        "ſhain-n2-v1-7k2m9q0xw4",
        # the lesson
        "chain-n2-v1-lesson",
        "chain-n3-v1-lesson",
        "chain-n1-v1-LESSON",
        "chain-n1-v1-lesson\n",
        "chain-n1-v1-lessons",
        "chain-n1-v3-lesson",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(MalformedQuestionId):
        parse_question_id(text)


def test_a_very_long_text_is_refused_quickly() -> None:
    for text in ("a-" * 500_000, "-" * 1_000_000, GOOD * 50_000):
        with pytest.raises(MalformedQuestionId):
            parse_question_id(text)
