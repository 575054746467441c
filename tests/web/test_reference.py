"""The REST interface as a page: every operation is there, with its examples.

That the examples are true, tests/api/test_examples.py sees to.
"""

import json
from html import unescape
from typing import Any

import pytest

from app.main import create_app
from app.settings import Settings
from app.web.reference import Call, read_calls
from tests.api.site import Site

DOCUMENT: dict[str, Any] = create_app(Settings(_env_file=None, database_url="sqlite:///never-opened.db")).openapi()


def test_every_operation_is_on_the_page(site: Site) -> None:
    page = unescape(site.client.get("/docs").text)
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            assert f"<b>{method.upper()}</b> <code>{path}</code>" in page
            assert operation["summary"] in page


def test_anchors_lead_to_one_call_each() -> None:
    anchors = [call.anchor for calls in read_calls(DOCUMENT).values() for call in calls]
    assert len(set(anchors)) == len(anchors) == sum(len(operations) for operations in DOCUMENT["paths"].values())


@pytest.mark.parametrize(
    "call", [call for calls in read_calls(DOCUMENT).values() for call in calls], ids=lambda call: call.anchor
)
def test_every_call_and_every_refusal_has_an_example(call: Call) -> None:
    assert call.asks.startswith(f"{call.method} /") and "{" not in call.asks
    assert call.answers or call.status == "204"
    if any(field.where == "body" for field in call.fields):
        assert json.loads(call.sends)
    for refusal in call.refusals:
        told = json.loads(refusal.answers)
        assert refusal.reason and (told.get("status") == int(refusal.status) or call.path in ("/healthz", "/livez", "/readyz"))
