"""What is seen of the program while it runs: liveness apart from readiness, metrics, and a log of JSON lines without secrets."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.persistence.migrate import downgrade, upgrade
from app.settings import Settings
from tests.api.site import PASSWORD, open_site
from tests.databases import database_url
from tests.servers import serve

__all__ = ["database_url"]

SECONDS = 60.0  # to answer, or to end; generous, since the machine may be busy


def figure(text: str, name: str) -> float:
    """The sum of a metric over its labels."""
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))


def answer(base_url: str, token: str, count: int) -> None:
    for _ in range(count):
        made = httpx.post(
            f"{base_url}/api/v1/questions/chain-n1-v1-lesson/attempts",
            json={"answer": {"dz": [1, 1, 1, 1]}},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert made.status_code == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_attempts_and_their_writing_are_counted(database_url: str) -> None:
    with serve(database_url) as server:
        before = httpx.get(f"{server.base_url}/metrics").text
        answer(server.base_url, server.enrol("learner"), 3)
        told = httpx.get(f"{server.base_url}/metrics")
        assert told.headers["content-type"].startswith("text/plain")
        for name in ("quiz_attempts_total", "quiz_grading_seconds_count"):
            assert figure(told.text, name) - figure(before, name) == 3
        for name in ("quiz_batch_size_count", "quiz_commit_seconds_count"):
            assert figure(told.text, name) - figure(before, name) >= 3
        assert figure(told.text, "quiz_queue_depth") == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_metrics_are_for_those_whom_the_settings_name(database_url: str) -> None:
    for readers, status in (("", 403), ("10.0.0.0/8", 403), ("127.0.0.1, 10.0.0.0/8", 200)):
        with serve(database_url, metrics_readers=readers) as server:
            assert httpx.get(f"{server.base_url}/metrics").status_code == status
    with pytest.raises(ValueError, match="does not appear to be"):
        create_app(Settings(_env_file=None, database_url=database_url, metrics_readers="everybody"))


def test_an_old_schema_is_alive_and_not_ready(database_url: str) -> None:
    downgrade(database_url, "-1")
    with TestClient(create_app(Settings(_env_file=None, database_url=database_url))) as client:
        assert client.get("/livez").json() == {"status": "ok"}
        told = client.get("/readyz")
        assert (told.status_code, told.json()) == (503, {"status": "unavailable", "storage": True, "migrated": False})
    upgrade(database_url)
    with open_site(database_url) as site:
        assert site.client.get("/readyz").json() == {"status": "ok", "storage": True, "migrated": True}


def test_a_database_that_is_away_is_no_reason_to_restart(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}"))) as client:
        assert (client.get("/livez").status_code, client.get("/readyz").status_code) == (200, 503)
    never_started = TestClient(create_app(Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}")))
    assert never_started.get("/livez").status_code == 503


@contextmanager
def processes(url: str, log: Path, *more: str) -> Iterator[str]:
    """The server as it is run, with its log in a file; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"QUIZ_DATABASE_URL": url, "QUIZ_LOG": "json"}
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port), *more]
    with log.open("w") as to:
        run = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=to)
    try:
        end = time.monotonic() + SECONDS
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz")
                break
            except httpx.TransportError:
                assert run.poll() is None and time.monotonic() < end, log.read_text()
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(SECONDS)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_processes_count_together_and_log_no_secrets(database_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with processes(database_url, log, "--workers", "2") as base:
        made = httpx.post(f"{base}/api/v1/learners", json={"name": "Ada"}).json()
        answer(base, made["token"], 12)  # a connection each, so that both come to it
        assert figure(httpx.get(f"{base}/metrics").text, "quiz_attempts_total") == 12
        signed = httpx.post(f"{base}/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
        link = httpx.post(
            f"{base}/api/v1/learners/{made['id']}/link", headers={"Authorization": f"Bearer {made['token']}"}
        ).json()["path"]
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        seen = httpx.get(f"{base}{link}?x=kilroy", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        assert seen.status_code == 200
    text = log.read_text()
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    by_id = {line.get("request_id"): line for line in lines}
    of_link = by_id[seen.headers["x-request-id"]]
    assert {name: of_link[name] for name in ("level", "logger", "method", "route", "status", "trace_id")} == {
        "level": "info",
        "logger": "app.requests",
        "method": "GET",
        "route": "/sign-in/{secret}",
        "status": 200,
        "trace_id": trace,
    }
    assert by_id[signed.headers["x-request-id"]]["status"] == 422
    for secret in (made["token"], link.rpartition("/")[2], PASSWORD, "ada@example.org", "kilroy", "Ada"):
        assert secret not in text
    assert "/api/v1/questions/{question_id}/attempts" in {line.get("route") for line in lines}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_crash_is_one_line_under_its_request_and_holds_nothing_that_was_sent(
    database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("an error of ours")

    monkeypatch.setattr("app.services.practice.new_attempt", crash)
    with open_site(database_url, log="json") as site:
        answered = site.attempt("learner")
        assert answered.status_code == 500
        token = site.tokens["learner"]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    of_crash = [line for line in lines if line.get("request_id") == answered.headers["x-request-id"]]
    assert [line["level"] for line in of_crash] == ["error", "info"]
    assert "an error of ours" in of_crash[0]["error"]
    assert token not in json.dumps(lines)
