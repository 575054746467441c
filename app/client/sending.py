"""Methods made of calls: a call is described once, and both clients send it, each in its way."""

import inspect
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.client.calls import Call

P = ParamSpec("P")
T = TypeVar("T")

_SELF = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)


def sending(make: Callable[P, Call[T]]) -> Callable[Concatenate[Any, P], T]:
    """A method that sends the call and returns what came of it."""

    @wraps(make)
    def method(self: Any, /, *args: P.args, **settings: P.kwargs) -> T:
        result: T = self._do(make(*args, **settings))
        return result

    _sign(method, make)
    return method


def awaiting(make: Callable[P, Call[T]]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]:
    """The same, to be awaited."""

    @wraps(make)
    async def method(self: Any, /, *args: P.args, **settings: P.kwargs) -> T:
        result: T = await self._do(make(*args, **settings))
        return result

    _sign(method, make)
    return method


def _sign(method: Callable[..., Any], make: Callable[..., Call[Any]]) -> None:
    """Gives a method the signature that `help()` shows: the call's, and what comes of it."""
    signature = inspect.signature(make)
    result = signature.return_annotation.__args__[0]
    shown = signature.replace(parameters=[_SELF, *signature.parameters.values()], return_annotation=result)
    method.__signature__ = shown  # type: ignore[attr-defined]
