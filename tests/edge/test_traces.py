"""OpenTelemetry, as FastAPI offers it: a trace for each request, and none that tells a secret."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.edge.traces import tells_a_secret
from app.main import create_app
from app.persistence.migrate import upgrade
from app.settings import Settings

_WITH_SECRET = re.compile(r"\{(secret|code)\}")


def test_a_request_is_traced_under_its_route_and_a_secret_address_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    url = f"sqlite:///{tmp_path / 'quiz.db'}"
    upgrade(url)
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with TestClient(create_app(Settings(_env_file=None, database_url=url))) as client:
        assert client.get("/api/v1/questions/chain-n1-v1-lesson", headers={"traceparent": parent}).status_code == 200
        client.get("/sign-in/a-one-time-secret")
        client.get("/join/a-code")
        client.get("/invitation/another-secret")
    spans = exporter.get_finished_spans()
    assert "GET /api/v1/questions/{question_id}" in {span.name for span in spans}
    assert {span.context.trace_id for span in spans if span.context} == {0x0AF7651916CD43DD8448EB211C80319C}
    assert not any(secret in span.to_json() for span in spans for secret in ("secret", "a-code"))


def test_every_route_with_a_secret_in_its_address_is_left_out() -> None:
    paths = [route.path for route in create_app(Settings(_env_file=None, database_url="sqlite:///never-opened.db")).routes]  # type: ignore[attr-defined]
    secret = [path for path in paths if _WITH_SECRET.search(path)]
    assert len(secret) >= 5
    assert all(tells_a_secret({"path": path}) for path in secret)
    assert not tells_a_secret({"path": "/practice/chain"})
