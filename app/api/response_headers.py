"""What responses carry beside their bodies, for the description: a header that nobody is told of is read by nobody."""

from typing import Any

_LINK = 'The address of the next page, with `rel="next"`; not on the last one.'
_RETRY = {"Retry-After": "In how many seconds to try again."}

OF_ANY_CALL = {
    "429": {
        **_RETRY,
        "RateLimit-Policy": "How many calls (`q`) go into a window of how many seconds (`w`); where `QUIZ_API_RATE` is set.",
        "RateLimit": "How many are left (`r`), and in how many seconds the window ends (`t`); where `QUIZ_API_RATE` is set.",
    },
    "503": _RETRY,
    "401": {"WWW-Authenticate": "`Bearer`, as the standard wants it."},
}
"""status -> header -> what it says."""

OF_CALLS: dict[str, dict[str, dict[str, str]]] = {
    "read_question": {
        "200": {
            "ETag": "Send it as `If-None-Match` to be told by a 304 that you have the question already.",
            "Cache-Control": "A year: a question never changes.",
        },
        "304": {"ETag": "The question's, as before."},
    },
    "submit_attempt": {
        "201": {"Location": "The attempt's own address."},
        "200": {"Location": "The first attempt's address."},
    },
    "list_attempts": {"200": {"Link": _LINK}},
    "take_export": {"200": {"Link": 'Of attempts, the address to POST to for those that come after, with `rel="next"`.'}},
}
"""operation -> status -> header -> what it says."""


def add_headers(operation: dict[str, Any]) -> None:
    """Says in an operation of an OpenAPI document which headers its responses carry."""
    told = OF_CALLS.get(operation["operationId"], {})
    for status, response in operation["responses"].items():
        headers = told.get(status) or (OF_ANY_CALL.get(status) if "/problem+json" in str(response.get("content")) else None)
        if headers:
            response["headers"] = {name: {"description": about, "schema": {"type": "string"}} for name, about in headers.items()}
