"""How calls end: with a response, with a refusal, or with another try."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from app.client.errors import Fault, QuizError
from app.client.records import read

_FIRST_PAUSE = 0.1  # seconds; doubled with every further try
PASSING = frozenset({409, 502, 503, 504})  # statuses after which a call that may be repeated is


@dataclass(frozen=True)
class Retries:
    """When to try again. tries: at most so many. patience: the longest pause, in seconds, that a server may ask for."""

    tries: int
    patience: float

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise ValueError("tries must be at least 1")

    def after_failure(self, tried: int, repeatable: bool, error: httpx.TransportError) -> float:
        """Seconds to wait after the `tried`-th try never reached the server or its response was lost; else raises the error."""
        if not repeatable or tried >= self.tries:
            raise error
        return pause_after(tried)

    def after_refusal(self, tried: int, repeatable: bool, response: httpx.Response) -> float:
        """Seconds to wait after a refusal that may pass; raises QuizError for one that won't, or has not by now.

        What is not repeatable is tried again only after 429, when nothing was done.
        """
        status = response.status_code
        final = status == 409 and "Idempotency-Key" not in response.request.headers  # no first request is under way
        passing = status == 429 or (repeatable and status in PASSING and not final)
        pause = max(pause_after(tried), _retry_after(response))
        if not passing or tried >= self.tries or pause > self.patience:
            raise _refusal(response)
        return pause


def pause_after(tried: int) -> float:
    """Seconds to wait after the `tried`-th try, where the server asks for none."""
    return _FIRST_PAUSE * 2.0 ** (tried - 1)


def _retry_after(response: httpx.Response) -> float:
    """The seconds for which the server asks to be left alone; 0 where it doesn't say so readably."""
    asked = response.headers.get("Retry-After", "")
    if asked.isascii() and asked.isdecimal():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    return (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _refusal(response: httpx.Response) -> QuizError:
    """The problem document as an error; whatever stands between may answer in another form."""
    try:
        problem = response.json()
        errors = tuple(read(Fault, fault) for fault in problem.get("errors") or ())
        return QuizError(response.status_code, problem["title"], problem["detail"], errors)
    except (ValueError, TypeError, KeyError, AttributeError):
        return QuizError(response.status_code, response.reason_phrase, response.text[:200])
