"""What a client raises when the server refuses, and where in the input it was wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was sent. pointer: a JSON pointer to it, such as /answer/dz/1."""

    pointer: str
    detail: str
    hint: str | None = None


class QuizError(Exception):
    """A refusal by the server. errors: where the input is wrong, and why."""

    def __init__(self, status: int, title: str, detail: str, errors: tuple[Fault, ...] = ()) -> None:
        super().__init__(f"{status} {title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors
