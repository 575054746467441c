"""Requests of one moment are worked together.

A pass waits as long as each turn of the event loop brings more who ask, and then takes them all: NumPy takes as long over thirty
questions of a kind as over one, and a database little longer to look up thirty secrets.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from itertools import islice
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Key = TypeVar("Key", bound=Hashable)
Given = TypeVar("Given")

_MOST = 64  # at once: in between, the loop can turn to others


class Together(Generic[Asked, Given]):
    """work: what was asked -> for each, in the same order, what is given back or the exception to raise. What the work itself
    raises, all of them get.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Awaitable[Sequence[Given | Exception]]]) -> None:
        self._work = work
        self._waiting: dict[asyncio.AbstractEventLoop, list[tuple[Asked, asyncio.Future[Given]]]] = {}
        self._under_way: set[asyncio.Task[None]] = set()  # the loop itself holds tasks weakly

    async def __call__(self, asked: Asked) -> Given:
        """What the work gives back for this one, or raises what it has for it."""
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
        try:
            given = list(zip(some, await self._work([asked for asked, _ in some]), strict=True))
        except Exception as error:
            given = [(one, error) for one in some]
        for (_, future), one in given:
            if future.done():  # whoever asked has gone
                continue
            if isinstance(one, StopIteration):  # which asyncio's futures do not carry
                future.set_exception(RuntimeError("the work raised StopIteration"))
            elif isinstance(one, Exception):
                future.set_exception(one)
            else:
                future.set_result(one)


class Kept(Generic[Key, Given]):
    """The same for what is asked by a key and never changes: the last `most` that were given back are kept, and many who ask for
    one thing in one moment are one. For one event loop at a time.
    """

    def __init__(self, work: Callable[[Sequence[Key]], list[Given | Exception]], most: int) -> None:
        self._work = work
        self._most = most
        self._kept: dict[Key, Given] = {}  # what was asked for last is at the end
        self._together: Together[Key, Given] = Together(self._work_out)

    async def __call__(self, key: Key) -> Given:
        """What the work gives back for this key, or raises what it has for it."""
        if key in self._kept:
            given = self._kept.pop(key)
            self._kept[key] = given
            return given
        return await self._together(key)

    async def _work_out(self, keys: Sequence[Key]) -> list[Given | Exception]:
        asked = dict.fromkeys(keys)
        found: dict[Key, Given | Exception] = {key: self._kept[key] for key in asked if key in self._kept}
        new = [key for key in asked if key not in found]
        for key, given in zip(new, or_apart(self._work, new), strict=True):
            found[key] = given
            if not isinstance(given, Exception):
                self._kept[key] = given
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return [found[key] for key in keys]


def or_apart(work: Callable[[Sequence[Asked]], list[Given | Exception]], asked: Sequence[Asked]) -> list[Given | Exception]:
    """What the work makes of all at once or, when that breaks the program, of each alone: none is to harm the others."""
    try:
        return work(asked)
    except Exception as error:
        return [error] if len(asked) == 1 else [result for one in asked for result in or_apart(work, [one])]
