"""What a service says no with. The edges turn each into a status or a message; the words are written for the person who asked."""

from app.grading.answers import Complaint as Complaint
from app.grading.answers import UnreadableAnswer as UnreadableAnswer
from app.persistence.attempts import IdempotencyConflict as IdempotencyConflict
from app.persistence.errors import Refused


class NotFound(Refused, LookupError):
    """There is no such thing, or it is somebody else's: the two look alike from outside."""


class NotNow(Refused, RuntimeError):
    """It would be allowed at another time: too early, too late, or done already."""


class NotAllowed(Refused, PermissionError):
    """The one who asks is known, and may not do this."""


class Unusable(Refused, ValueError):
    """Input that can be read but not used. pointer: a JSON pointer, or a form field's name after the slash."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail
