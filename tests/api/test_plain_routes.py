"""A route that is called directly answers as FastAPI would have it answer."""

from typing import Any

import pytest
from fastapi.routing import request_response

from app.edge import routes
from tests.api.site import DZ_LESSON, Site

ATTEMPTS = f"/api/v1/questions/{DZ_LESSON}/attempts"
ANSWER = b'{"answer": {"dz": [0.1, 0.2, 0.3, 0.4]}}'
JSON = {"content-type": "application/json"}

CASES: list[tuple[str, str, dict[str, str], bytes | None]] = [
    ("POST", ATTEMPTS, JSON, ANSWER),
    ("POST", ATTEMPTS, JSON | {"idempotency-key": "once"}, ANSWER),
    ("POST", ATTEMPTS, JSON | {"idempotency-key": ""}, ANSWER),
    ("POST", ATTEMPTS, {}, ANSWER),
    ("POST", ATTEMPTS, {"content-type": "text/plain"}, ANSWER),
    ("POST", ATTEMPTS, JSON, None),
    ("POST", ATTEMPTS, JSON, b""),
    ("POST", ATTEMPTS, JSON, b"null"),
    ("POST", ATTEMPTS, JSON, b"[]"),
    ("POST", ATTEMPTS, JSON, b"7.5"),
    ("POST", ATTEMPTS, JSON, b"{"),
    ("POST", ATTEMPTS, JSON, b"{}"),
    ("POST", ATTEMPTS, JSON, b'{"answer": 3, "more": 4}'),
    ("POST", ATTEMPTS, JSON, b'{"dz": [1, 2, 3, 4]}'),
    ("POST", ATTEMPTS, JSON, b'{"answer": {"dz": [1, 2]}}'),
    ("POST", ATTEMPTS + "?level=1", JSON, ANSWER),
    ("POST", "/api/v1/questions/none/attempts", JSON, ANSWER),
    ("GET", f"/api/v1/questions/{DZ_LESSON}", {}, None),
    ("GET", f"/api/v1/questions/{DZ_LESSON}", {"if-none-match": "*"}, None),
    ("GET", "/api/v1/questions/none", {}, None),
    ("HEAD", f"/api/v1/questions/{DZ_LESSON}", {}, None),
    ("POST", "/api/v1/attempts", JSON, b'{"attempts": [{"question_id": "none", "answer": {}, "idempotency_key": "1"}]}'),
    ("POST", "/api/v1/attempts", JSON, b'{"attempts": 3}'),
    ("DELETE", "/api/v1/me/tokens/none", {}, None),
    ("DELETE", "/api/v1/courses/none", {}, None),
    ("PATCH", "/api/v1/courses/none/learners/none", JSON, b'{"student_number": 7}'),
]


def leave_it_to_fastapi(site: Site, forced: pytest.MonkeyPatch) -> None:
    forced.setattr(routes, "is_plain", lambda route: False)
    for route in site.app.routes:
        if isinstance(route, routes.ShortRoute):
            forced.setattr(route, "app", request_response(route.get_route_handler()))


@pytest.mark.parametrize("who", [None, "learner", "instructor"])
def test_in_order_or_not_the_answer_is_fastapis(site: Site, monkeypatch: pytest.MonkeyPatch, who: str | None) -> None:
    statuses = set()
    for method, path, headers, body in CASES:
        shown = headers if who is None else headers | {"authorization": f"Bearer {site.tokens[who]}"}

        def ask(
            method: str = method, path: str = path, shown: dict[str, str] = shown, body: bytes | None = body
        ) -> tuple[int, dict[str, str], Any]:
            answer = site.client.request(method, path, headers=shown, content=body)
            told = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "location")}
            content = answer.json() if answer.content else None
            if isinstance(content, dict) and "submitted_at" in content:  # each is an attempt of its own
                content |= {"id": None, "submitted_at": None}
                told.pop("content-length")
            return answer.status_code, told, content

        itself = ask()
        with monkeypatch.context() as forced:
            leave_it_to_fastapi(site, forced)
            by_fastapi = ask()
        if headers.get("idempotency-key") == "once" and itself[0] == 201:
            assert by_fastapi[0] == 200
        else:
            assert itself == by_fastapi, (method, path, body)
        statuses.add(itself[0])
    assert len(statuses) > 4
