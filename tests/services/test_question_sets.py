"""A set of questions by a few words: read, spelled again, and the same for ever."""

import pytest

from app.services.question_sets import read_set
from app.services.refusals import Unusable


def ids(items: str, seed: int = 7, variant: str = "") -> list[str]:
    return [str(question.id) for question in read_set(items, seed, 500).questions(variant)]


def test_a_set_is_spelled_so_that_it_can_be_read_again() -> None:
    chosen = read_set(" chain:2:3 , update,chain-n1-v1-lesson", 7, 500)
    assert chosen.spelled == "chain:2:3:v2,update:1:1:v2,chain-n1-v1-lesson" and chosen.count == 5
    assert read_set(chosen.spelled, 7, 500) == chosen == read_set(["chain:2:3", "update:1", "chain-n1-v1-lesson"], 7, 500)


def test_the_same_words_and_seed_are_the_same_questions_for_ever() -> None:
    assert ids("chain:1:2:v2,update:3:1:v2") == [
        "chain-n1-v2-79gybpdqee",
        "chain-n1-v2-gnetb382k0",
        "update-n3-v2-hcpz2ex584",
    ]
    assert ids("chain:1:2:v1")[0].startswith("chain-n1-v1-")
    assert ids("chain:1:2") == ids("chain:1:2") != ids("chain:1:2", 8)
    assert ids("chain:1:1") == ids("chain:1:2")[:1]


def test_each_variant_has_draws_of_its_own_but_for_a_question_that_is_named() -> None:
    one, other = ids("chain:1:2,chain-n1-v1-lesson", variant="1"), ids("chain:1:2,chain-n1-v1-lesson", variant="2")
    assert one[2] == other[2] == "chain-n1-v1-lesson" and not set(one[:2]) & set(other[:2])
    assert len(set(ids("chain:1:1,chain:1:1"))) == 2  # asked for twice, drawn twice


@pytest.mark.parametrize(
    ("items", "pointer", "words"),
    [
        ("", "/items", "at least one"),
        (" , ", "/items", "at least one"),
        ("chain:1:0", "/items", "at least one"),
        ("chain:4", "/items", "1, 2 or 3"),
        ("chain:1:1:v9", "/items", "draw version"),
        ("chain:1:1:v0", "/items", "draw version"),
        ("chain:1:501", "/items", "501 questions"),
        ("chain:1:300,delta:1:300", "/items", "600 questions"),
        ("nothing:1:1", "/items", "skill:level:count"),
        ("chain:1:99999", "/items", "skill:level:count"),
        ("chain:٣", "/items", "skill:level:count"),
        ("<b>" * 99, "/items", "skill:level:count"),
        ("chain-c1-v1-lesson", "/items", "answered with numbers can be taken"),
    ],
)
def test_what_cannot_be_used_is_said(items: str, pointer: str, words: str) -> None:
    with pytest.raises(Unusable, match=words) as refused:
        read_set(items, 7, 500)
    assert refused.value.pointer == pointer and len(refused.value.detail) < 200


def test_a_set_of_choices_holds_choices_alone() -> None:
    chosen = read_set("chain:1:2,update:2,chain-c1-v1-lesson", 7, 500, "choice")
    questions = chosen.questions()
    assert [question.id.format for question in questions] == ["choice"] * 4 and chosen.count == 4
    assert [str(question.id) for question in read_set(chosen.spelled, 7, 500, "choice").questions()] == [
        str(question.id) for question in questions
    ]
    with pytest.raises(Unusable, match="a choice can be taken"):
        read_set("chain-n1-v1-lesson", 7, 500, "choice")


def test_a_seed_is_small_enough_to_be_typed_unless_one_is_given() -> None:
    assert 0 <= read_set("chain", None, 5).seed < 10**6
    for seed in (-1, 2**63):
        with pytest.raises(Unusable, match="seed"):
            read_set("chain", seed, 5)
