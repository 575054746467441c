"""What is asked in one moment is worked together, and everybody gets their own."""

import asyncio
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pytest

from app.api import practice as api
from app.engine import questions as engine
from app.engine.question_id import lesson_id
from app.engine.questions import Question
from app.grading import grade as grading
from app.grading.answers import Answer
from app.services import practice
from app.services.refusals import NotFound, UnreadableAnswer
from app.services.together import Kept, Together
from app.web import question_pages as web


def _halves(passes: list[list[int]]) -> Together[int, int]:
    async def work(asked: Sequence[int]) -> list[int | Exception]:
        passes.append(list(asked))
        await asyncio.sleep(0)
        if 99 in asked:
            raise RuntimeError("all of it")
        return [ValueError(str(one)) if one % 2 else one // 2 for one in asked]

    return Together(work)


def test_those_of_one_moment_share_a_pass_and_each_gets_its_own() -> None:
    passes: list[list[int]] = []

    async def main() -> list[int | BaseException]:
        halves = _halves(passes)
        first = await asyncio.gather(*(halves(k) for k in (4, 7, 10)), return_exceptions=True)
        return [*first, await halves(2)]

    four, seven, ten, two = asyncio.run(main())
    assert (four, ten, two) == (2, 5, 1)
    assert isinstance(seven, ValueError) and str(seven) == "7"
    assert passes == [[4, 7, 10], [2]]


def test_who_comes_while_others_are_coming_is_taken_along() -> None:
    passes: list[list[int]] = []

    async def main() -> None:
        halves = _halves(passes)
        coming = []
        for k in (2, 4, 6):
            coming.append(asyncio.ensure_future(halves(k)))
            await asyncio.sleep(0)
        for _ in range(3):
            await asyncio.sleep(0)
        await asyncio.gather(*coming, halves(8))

    asyncio.run(main())
    assert passes == [[2, 4, 6], [8]]


def test_a_great_many_take_several_passes() -> None:
    passes: list[list[int]] = []

    async def main() -> list[int]:
        halves = _halves(passes)
        return await asyncio.gather(*(halves(2 * k) for k in range(150)))

    assert asyncio.run(main()) == list(range(150))
    assert [len(one) for one in passes] == [64, 64, 22]


def test_what_fails_as_a_whole_fails_for_those_of_that_moment_alone() -> None:
    async def main() -> list[int | BaseException]:
        halves = _halves([])
        first = await asyncio.gather(halves(2), halves(99), return_exceptions=True)
        return [*first, await halves(2)]

    *failed, later = asyncio.run(main())
    assert [str(one) for one in failed] == ["all of it"] * 2
    assert later == 1


def test_an_exception_that_futures_do_not_carry_leaves_nobody_waiting() -> None:
    async def work(asked: Sequence[int]) -> list[int | Exception]:
        return [StopIteration() if one == 1 else one for one in asked]

    async def main() -> list[int | BaseException]:
        same = Together(work)
        async with asyncio.timeout(5):
            return await asyncio.gather(same(1), same(2), return_exceptions=True)

    first, second = asyncio.run(main())
    assert isinstance(first, RuntimeError) and second == 2


def test_who_goes_away_leaves_the_others_their_answers() -> None:
    async def main() -> int:
        halves = _halves([])
        impatient, patient = asyncio.ensure_future(halves(6)), asyncio.ensure_future(halves(8))
        await asyncio.sleep(0)
        impatient.cancel()
        return await patient

    assert asyncio.run(main()) == 4


def test_what_never_changes_is_kept_and_what_failed_is_not() -> None:
    passes: list[list[int]] = []

    def work(asked: Sequence[int]) -> list[int | Exception]:
        passes.append(list(asked))
        return [ValueError(str(one)) if one == 7 else 10 * one for one in asked]

    async def main() -> list[int | BaseException]:
        tens = Kept(work, most=2)
        moments = [[1, 7] * 50, [1, 7], [2], [1], [3], [2], [1]]
        told = [await asyncio.gather(*map(tens, some), return_exceptions=True) for some in moments]
        return [one for some in told for one in some]

    told = asyncio.run(main())
    assert [one for one in told if isinstance(one, int)] == [10] * 51 + [20, 10, 30, 20, 10]
    # Of many who ask for the same in one moment one does. 7 is worked out again. 1 was asked for after 2, which makes room for 3.
    assert passes == [[1, 7], [7], [7], [2], [3], [2], [1]]


def test_work_that_forgets_somebody_leaves_nobody_waiting() -> None:
    async def work(asked: Sequence[int]) -> list[int | Exception]:
        return list(asked[1:])

    async def main() -> list[int | BaseException]:
        forgetful = Together(work)
        async with asyncio.timeout(5):
            return await asyncio.gather(forgetful(1), forgetful(2), return_exceptions=True)

    assert all(isinstance(one, ValueError) for one in asyncio.run(main()))


def test_answers_are_graded_together_with_what_was_wrong_at_its_place() -> None:
    right = {"h": [0.881, 0.731, 0.953, 0.269]}
    lesson = str(lesson_id("activation"))
    unknown, fine, unreadable, again = practice.grade_answers(
        [("no-question", right), (lesson, right), (lesson, {"h": [1]}), (lesson, {"h": [0, 0, 0, 0]})]
    )
    assert isinstance(unknown, NotFound)
    assert isinstance(unreadable, UnreadableAnswer)
    assert isinstance(fine, tuple) and fine[2].correct
    assert isinstance(again, tuple) and not again[2].correct


def test_an_answer_that_breaks_the_program_harms_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = str(lesson_id("activation")), str(lesson_id("derivative"))
    whole = grading.grade_all

    def broken(answered: Sequence[tuple[Question, Answer]]) -> list[grading.Grade]:
        if any(str(question.id) == bad for question, _ in answered):
            raise ZeroDivisionError
        return whole(answered)

    monkeypatch.setattr(practice, "grade_all", broken)
    right = {"h": [0.881, 0.731, 0.953, 0.269]}
    first, second, third = practice.grade_answers([(good, right), (bad, {"dsigma": [0, 0, 0, 0]}), (good, right)])
    assert isinstance(first, tuple) and first[2].correct
    assert isinstance(second, ZeroDivisionError)
    assert isinstance(third, tuple) and third[2].correct


@pytest.mark.parametrize("room", [api, web])
@pytest.mark.parametrize("breaks", ["building", "writing"])
def test_a_question_that_breaks_the_program_harms_no_other(
    monkeypatch: pytest.MonkeyPatch, room: ModuleType, breaks: str
) -> None:
    good, bad = "activation-n1-v1-0000000010", "derivative-n1-v1-0000000010"
    module, name = (engine, "build_many") if breaks == "building" else (room, "question_out" if room is api else "blank_sheet")
    whole = getattr(module, name)

    def broken(what: Any, *more: Any) -> Any:
        if what == "derivative" or str(getattr(what, "id", "")) == bad:
            raise ZeroDivisionError
        return whole(what, *more)

    monkeypatch.setattr(module, name, broken)
    work = api._as_texts if room is api else web._kinds_and_texts

    async def main() -> Any:
        kept = Kept(work, most=10)
        return await asyncio.gather(*map(kept, [good, bad, "no-question", good]), return_exceptions=True)

    first, second, third, fourth = asyncio.run(main())
    assert first == fourth and not isinstance(first, Exception)
    assert isinstance(second, ZeroDivisionError)
    assert isinstance(third, NotFound)
