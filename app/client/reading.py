"""Attempts as they are read, however many: fetched page by page, and with the place from which to read on another day."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from app.client.calls import AttemptPage
from app.client.records import Attempt


class Attempts(Iterator[Attempt]):
    """Oldest first. resume: once all are read, what to give as `since` later for those that have come meanwhile; None while
    there are none at all.
    """

    def __init__(self, fetch: Callable[[str | None], AttemptPage], since: str | None) -> None:
        self.resume = since
        self._found = self._read(fetch)

    def __next__(self) -> Attempt:
        return next(self._found)

    def _read(self, fetch: Callable[[str | None], AttemptPage]) -> Iterator[Attempt]:
        more = True
        while more:
            page = fetch(self.resume)
            yield from page.attempts
            self.resume, more = page.resume, page.next is not None


class AsyncAttempts(AsyncIterator[Attempt]):
    """The same, to be read with `async for`."""

    def __init__(self, fetch: Callable[[str | None], Awaitable[AttemptPage]], since: str | None) -> None:
        self.resume = since
        self._found = self._read(fetch)

    async def __anext__(self) -> Attempt:
        return await anext(self._found)

    async def _read(self, fetch: Callable[[str | None], Awaitable[AttemptPage]]) -> AsyncIterator[Attempt]:
        more = True
        while more:
            page = await fetch(self.resume)
            for attempt in page.attempts:
                yield attempt
            self.resume, more = page.resume, page.next is not None
