"""Many answers at once: parted into requests that a server takes, and those that it had no time for sent again."""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from app.client.calls import Call
from app.client.errors import Fault, QuizError
from app.client.records import Attempt, Given, Outcome, Question, plain, read
from app.client.retries import PASSING, pause_after

MOST = 1000  # answers to a request
MOST_BYTES = 250_000  # a server takes 256 KiB

Answers = Iterable[Given | tuple[Question | str, Mapping[str, Any]]]
Entry = dict[str, Any]
Steps = Generator[tuple[float, Call[list[Entry]]], list[Entry], list[Outcome]]
"""Yields (seconds to wait first, call), is sent what the call gave, and returns the outcomes in the order of the answers."""


def submit_many(answers: Answers, tries: int) -> Steps:
    """The calls for these answers. Each has one key from the beginning, so nothing is stored twice however often it is sent."""
    entries = [_entry(one if isinstance(one, Given) else Given(*one)) for one in answers]
    outcomes: list[Outcome | None] = [None] * len(entries)
    left: Sequence[int] = range(len(entries))
    for tried in range(1, tries + 1):
        pause = pause_after(tried - 1) if tried > 1 else 0.0
        passing: list[int] = []
        for places in _parted(entries, left):
            told = yield pause, _call([entries[place] for place in places])
            pause = 0.0
            for place, outcome in zip(places, sorted(told, key=lambda one: int(one["index"])), strict=True):
                outcomes[place] = _outcome(outcome)
                if outcome["status"] in PASSING:
                    passing.append(place)
        left = passing
        if not left:
            break
    return [outcome for outcome in outcomes if outcome is not None]


def _entry(given: Given) -> Entry:
    entry = {
        "question_id": given.question if isinstance(given.question, str) else given.question.id,
        "answer": plain(given.answer),
        "idempotency_key": given.idempotency_key or str(uuid4()),
    }
    return entry if given.learner is None else {**entry, "learner_id": given.learner}


def _parted(entries: Sequence[Entry], places: Iterable[int]) -> Iterator[list[int]]:
    part: list[int] = []
    size = 0
    for place in places:
        length = len(json.dumps(entries[place])) + 2
        if part and (len(part) == MOST or size + length > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(place)
        size += length
    if part:
        yield part


def _call(entries: list[Entry]) -> Call[list[Entry]]:
    return Call("POST", "attempts", list, body={"attempts": entries}, headers={"Accept": "application/x-ndjson"})


def _outcome(told: Entry) -> Outcome:
    if told["attempt"] is not None:
        return Outcome(read(Attempt, told["attempt"]), None)
    problem = told["problem"]
    faults = tuple(read(Fault, fault) for fault in problem["errors"] or ())
    return Outcome(None, QuizError(problem["status"], problem["title"], problem["detail"], faults))
