"""Reading what a person typed: the contract's decimals, shapes and options, and complaints that name the place."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from app.engine.question_id import QuestionId, lesson_id
from app.engine.questions import Question, build, issue
from app.grading.answers import Complaint, UnreadableAnswer, read_answer, read_number

CHAIN, MATRIX = build(lesson_id("chain")), build(lesson_id("weight-gradient"))
LINKED, CHOICE = build(lesson_id("comprehension")), build(lesson_id("comprehension", "choice"))
DZ = [0.105, -0.197, 0.09, -0.197]


def _complaints(question: Question, raw: object) -> list[Complaint]:
    with pytest.raises(UnreadableAnswer) as refused:
        read_answer(question, raw)
    assert str(refused.value) == "; ".join(complaint.detail for complaint in refused.value.complaints)
    return refused.value.complaints


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.105", "0.105"),
        ("−0.197", "-0.197"),
        ("-0.197", "-0.197"),
        ("+3", "3"),
        ("0,105", "0.105"),
        ("1e-3", "0.001"),
        ("1,5E+2", "150"),
        ("−1e−3", "-0.001"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        (" \t\r\n\u00a00.5\u00a0\n\r\t ", "0.5"),
        ("999999999.999", "999999999.999"),
        ("-999999999.999", "-999999999.999"),
        (0.1055, "0.1055"),
        (-2, "-2"),
        (Decimal("0.30"), "0.3"),
        (1e-300, "1e-300"),
    ],
)
def test_a_number_as_a_person_types_it(typed: object, value: str) -> None:
    assert read_number(typed) == Decimal(value)


def test_any_decimal_is_read_exactly_however_it_is_written() -> None:
    random = np.random.default_rng(8)
    for _ in range(300):
        count, places = int(random.integers(-(10**12), 10**12)), int(random.integers(4, 12))
        exact = Fraction(count, 10**places)
        point = f"{Decimal(count).scaleb(-places):f}"
        for text in (point, point.replace(".", ","), point.replace("-", "−"), f"{count}e-{places}", f"  {count}E−{places}"):
            read = read_number(text)
            assert read is not None
            assert Fraction(read) == exact


@pytest.mark.parametrize("nothing", [None, "", " ", "\u00a0\t\n"])
def test_nothing_is_no_number(nothing: object) -> None:
    assert read_number(nothing) is None


REFUSED = {
    "not a number": (True, False, [], {}, [1], object(), b"1", 1j),
    "not a decimal number": (
        *("1_000", "٣.٥", "nan", "NaN", "inf", "-Infinity", "0x10", "1e", "e5", "--1", "+-1", "1.2.3", "1,2,3", ".", ","),
        *("1 000", "1e1.5", "½", "1/2", "1%", "−", "0.1.", "1e+", "\u20071", float("nan"), float("inf")),
    ),
    "below 1e9": (
        *("1e9", "-1e9", "1000000000", "−1e9", 1e9, 10**9, -(10**9), 1e308, 2**256, 10**5000, -(10**5000)),
        *("1e1000000", "-1e1000000"),
    ),
    "out of reach": ("1e99999999999999999999",),
    "longer than 64 characters": ("0" * 65, "0." + "1" * 63, "x" * 10_000, Decimal("0." + "1" * 63)),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_such_number_is_refused_with_a_reason_and_not_repeated(why: str) -> None:
    for typed in REFUSED[why]:
        with pytest.raises(ValueError) as refused:
            read_number(typed)
        said = str(refused.value)
        assert why in said
        assert not (isinstance(typed, str) and len(typed) > 4 and typed in said)


def test_sixty_four_characters_are_read_without_the_space_around_them() -> None:
    longest = "0." + "1" * 62
    assert read_number(f"  {longest}  ") == Decimal(longest)
    assert len(longest) == 64


@pytest.mark.parametrize("raw", [None, [], "dz", 3, [["dz", DZ]]])
def test_an_answer_is_an_object(raw: object) -> None:
    (complaint,) = _complaints(CHAIN, raw)
    assert complaint.path == ()
    assert "object" in complaint.detail


@pytest.mark.parametrize("raw", [{}, {"dz": None}, {"dz": [None] * 4}, {"dz": ["", " ", None, ""]}])
def test_an_answer_with_no_entry_at_all_is_none(raw: object) -> None:
    assert _complaints(CHAIN, raw) == [Complaint((), "Nothing is answered yet.")]


def test_an_unknown_symbol_is_named_and_the_rest_still_read() -> None:
    unknown, unread = _complaints(LINKED, {"dw": 1, "h": [1, 2, "x", 4]})
    assert unknown.path == ("dw",)
    assert "h, dsigma, dz" in unknown.detail
    assert unread.path == ("h", 2)
    # An answer that could not be read is not also called empty.
    assert [complaint.path for complaint in _complaints(CHAIN, {"dw": 1})] == [("dw",)]


def test_a_missing_part_and_a_missing_entry_are_allowed() -> None:
    answer = read_answer(LINKED, {"h": ["0,881", None, "", 0.269], "dz": None})
    assert answer["h"].entries == (Decimal("0.881"), None, None, Decimal("0.269"))
    assert answer["h"].given
    assert answer["h"].option is None
    for symbol in ("dsigma", "dz"):
        assert answer[symbol].entries == (None,) * 4
        assert not answer[symbol].given
    assert np.array_equal(answer["h"].numbers(), [0.881, np.nan, np.nan, 0.269], equal_nan=True)


@pytest.mark.parametrize("raw", [DZ, tuple(DZ), [DZ], [[x] for x in DZ], [tuple(DZ)]])
def test_a_vector_is_accepted_as_a_row_and_as_a_column(raw: object) -> None:
    assert [float(entry or "nan") for entry in read_answer(CHAIN, {"dz": raw})["dz"].entries] == DZ


def test_a_matrix_is_read_by_rows() -> None:
    rows = [[1, 2], [3, 4], [5, 6], [7, 8]]
    answer = read_answer(MATRIX, {"dW": rows})["dW"]
    assert answer.entries == tuple(Decimal(k) for k in range(1, 9))
    assert answer.numbers() == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ([1, "x", 3, 4], ("dz", 1)),
        ([[1, 2, "x", 4]], ("dz", 0, 2)),
        ([[1], [2], [3], ["x"]], ("dz", 3, 0)),
        ([1, 2, True, 4], ("dz", 2)),
        ([1, 2, {}, 4], ("dz", 2)),
        ([[1], [2], [3], [[4]]], ("dz", 3, 0)),
    ],
)
def test_a_complaint_names_the_entry_as_it_was_sent(raw: object, path: tuple[str | int, ...]) -> None:
    (complaint,) = _complaints(CHAIN, {"dz": raw})
    assert complaint.path == path
    assert complaint.hint is None


def test_every_unreadable_entry_is_named() -> None:
    assert [complaint.path for complaint in _complaints(MATRIX, {"dW": [[1, "a"], [3, 4], ["b", 6], [7, "c"]]})] == [
        ("dW", 0, 1),
        ("dW", 2, 0),
        ("dW", 3, 1),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        [],
        [[]],
        [[], []],
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        [[1, 2], [3, 4]],
        [1, [2], 3, 4],
        [[1, 2], [3]],
        [[1], 2, [3], [4]],
        "1 2 3 4",
    ],
)
def test_another_shape_is_refused_and_the_wanted_one_said(raw: object) -> None:
    (complaint,) = _complaints(CHAIN, {"dz": raw})
    assert complaint.path == ("dz",)
    assert complaint.detail == "The value of dz must be a vector of 4 entries."


@pytest.mark.parametrize("raw", [[1] * 8, [[1] * 4] * 2, [[1, 2]] * 3, [[1, 2], [3, 4], [5, 6], [7]], [[[1, 2]]] * 4, 1])
def test_another_shape_of_a_matrix_is_refused(raw: object) -> None:
    complaint = _complaints(MATRIX, {"dW": raw})[0]
    assert complaint.path[0] == "dW"
    assert complaint.detail in ("The value of dW must be a matrix of 4 rows and 2 columns.", "This is not a number.")


def test_an_option_stands_for_its_value() -> None:
    for part in CHOICE.parts:
        for option in part.options or ():
            read = read_answer(CHOICE, {part.symbol: option.id})[part.symbol]
            assert read.option == option.id
            assert [float(entry or "nan") for entry in read.entries] == option.value.ravel().tolist()


@pytest.mark.parametrize("raw", ["z", "A", " a", "ab", 0, ["a"], [0.1, 0.2, 0.3, 0.4], True])
def test_what_is_no_option_is_refused_with_the_options_there_are(raw: object) -> None:
    (complaint,) = _complaints(CHOICE, {"h": raw})
    assert complaint.path == ("h",)
    assert complaint.detail.endswith("of an option: a, b.")
    four = issue("chain", 1, "choice", seed=1)[0]
    assert _complaints(four, {"dz": raw})[0].detail.endswith("of an option: a, b, c, d.")


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_option_may_be_left_out(nothing: object) -> None:
    answer = read_answer(CHOICE, {"h": nothing, "dz": "b"})
    assert answer["h"].entries == (None,) * 4
    assert answer["h"].option is None
    assert answer["dz"].given
    assert _complaints(CHOICE, {"h": nothing}) == [Complaint((), "Nothing is answered yet.")]


@pytest.mark.parametrize("raw", [[], [[1, 2], [3]], [[1], 2]])
def test_what_has_no_shape_earns_no_hint(raw: object) -> None:
    assert _complaints(MATRIX, {"dW": raw})[0].hint is None


def test_a_transposed_matrix_is_told_so() -> None:
    question = build(QuestionId("weight-gradient", 3, "numeric", 2, 5))
    n, m = question.parts[0].shape
    assert n != m
    assert "rows and columns" in (_complaints(question, {"dW": [[1] * n] * m})[0].hint or "").lower()
