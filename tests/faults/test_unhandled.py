"""An error that nobody has foreseen is a 500 of its own request alone: the next on the same connection is served."""

import http.client
import json
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.services import practice
from app.web import question_pages as pages
from tests.servers import serve_fresh

LESSON = "activation-n1-v1-lesson"
RIGHT = {"answer": {"h": [0.881, 0.731, 0.953, 0.269]}}


def _wire(base_url: str) -> http.client.HTTPConnection:
    address = urlsplit(base_url)
    return http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)


def test_the_next_request_on_the_connection_is_unharmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unseen = "/q/activation-n3-v1-7777777777"  # no other test asks for it, so none of its texts is kept
    with serve_fresh(tmp_path) as server, closing(_wire(server.base_url)) as wire:
        token = {"Authorization": f"Bearer {server.enrol('learner')}", "Content-Type": "application/json"}

        def ask(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
            wire.request(method, path, None if body is None else json.dumps(body), token | headers)
            response = wire.getresponse()
            return response.status, response.read().decode()

        def answer() -> tuple[int, str]:
            return ask("POST", f"/api/v1/questions/{LESSON}/attempts", RIGHT, **{"Idempotency-Key": "once"})

        assert ask("GET", "/healthz")[0] == 200
        connection = wire.sock
        breaks = [(practice, "read_answer", answer), (pages, "blank_sheet", lambda: ask("GET", unseen))]
        for module, name, request in breaks:
            with monkeypatch.context() as broken:
                broken.setattr(module, name, lambda *_: 1 // 0)
                status, told = request()
            assert status == 500 and "ZeroDivision" not in told
            assert request()[0] == (201 if request is answer else 200)
            assert wire.sock is connection
        assert answer()[0] == 200  # the attempt that was stored, once
