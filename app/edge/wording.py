"""What is wrong with an input, in words of our own: Pydantic's are about Python, and change with its version."""

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "missing": "This is missing.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This must be a text.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number, written in digits.",
    "int_parsing_size": "This number has too many digits.",
    "bool_type": "This must be true or false.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "literal_error": "This must be {expected}.",
    "enum": "This must be {expected}.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than_equal": "This must be at most {le}.",
    "string_too_short": "This may not be empty.",
    "string_too_long": "This may have at most {max_length} characters.",
    "too_short": "This list needs at least {min_length}.",
    "too_long": "This list may have at most {max_length}.",
    "timezone_aware": "This needs an offset from UTC, such as the Z of 2026-03-02T09:00:00Z.",
    "datetime_parsing": "There is no such date and time.",
    "datetime_from_date_parsing": "There is no such date and time.",
    "json_invalid": "The body is not JSON.",
}


def told(fault: Mapping[str, Any]) -> str:
    """One of the errors of a Pydantic ValidationError as a sentence. What raises a ValueError of ours has its own."""
    words = _WORDS.get(fault["type"])
    if words is None:
        return str(fault["msg"]).removeprefix("Value error, ")
    return words.format(**{name: str(value).replace("'", "") for name, value in fault.get("ctx", {}).items()})
