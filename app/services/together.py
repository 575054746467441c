"""Requests of one moment are worked together.

Whoever asks while the event loop, each time that it comes round, finds more who ask shares one pass of the work with them: NumPy
takes as long over thirty questions of a kind as over one, and a database little longer to look up thirty secrets.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")

_MOST = 64  # at once: in between, the loop can turn to others


def or_apart(work: Callable[[Sequence[Asked]], list[Given | Exception]], asked: Sequence[Asked]) -> list[Given | Exception]:
    """What the work makes of all at once or, when that breaks the program, of each alone: none is to harm the others."""
    try:
        return work(asked)
    except Exception as error:
        return [error] if len(asked) == 1 else [result for one in asked for result in or_apart(work, [one])]


class Together(Generic[Asked, Given]):
    """work: what was asked -> for each, in the same order, what is given back or the exception to raise. What the work itself
    raises, all of them get. keep: so many that were given back last are kept, where what is given back never changes.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Awaitable[Sequence[Given | Exception]]], keep: int = 0) -> None:
        self._work = work
        self._keep = keep
        self._kept: dict[Asked, Given] = {}  # that asked for last at the end
        self._waiting: dict[asyncio.AbstractEventLoop, list[tuple[Asked, asyncio.Future[Given]]]] = {}
        self._under_way: set[asyncio.Task[None]] = set()  # the loop itself holds tasks weakly

    async def __call__(self, asked: Asked) -> Given:
        """What the work gives back for this one, or raises what it has for it."""
        if self._keep and asked in self._kept:
            self._kept[asked] = kept = self._kept.pop(asked)
            return kept
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Given] = loop.create_future()
        if loop in self._waiting:
            self._waiting[loop].append((asked, future))
        else:
            self._waiting[loop] = [(asked, future)]
            loop.call_soon(self._begin, loop, 0)
        return await future

    def _begin(self, loop: asyncio.AbstractEventLoop, before: int) -> None:
        """before: how many were waiting when the loop came round last. Where they have become more, others are on their way."""
        if before < len(self._waiting[loop]) < _MOST:
            loop.call_soon(self._begin, loop, len(self._waiting[loop]))
            return
        waiting = iter(self._waiting.pop(loop))
        while some := list(islice(waiting, _MOST)):
            task = loop.create_task(self._answer(some))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _answer(self, some: "list[tuple[Asked, asyncio.Future[Given]]]") -> None:
        # What is kept can be told apart, and so is worked on once where many ask for the same.
        asked = list(dict.fromkeys(one for one, _ in some)) if self._keep else [one for one, _ in some]
        try:
            given = await self._work(asked)
        except Exception as error:
            given = [error] * len(asked)
        if self._keep:
            found = dict(zip(asked, given, strict=True))
            given = [found[one] for one, _ in some]
            self._kept.update({one: result for one, result in found.items() if not isinstance(result, Exception)})
            while len(self._kept) > self._keep:
                del self._kept[next(iter(self._kept))]
        for (_, future), one in zip(some, given, strict=True):
            if future.done():  # whoever asked has gone
                continue
            if isinstance(one, StopIteration):  # which asyncio's futures do not carry
                future.set_exception(RuntimeError("the work raised StopIteration"))
            elif isinstance(one, Exception):
                future.set_exception(one)
            else:
                future.set_result(one)
