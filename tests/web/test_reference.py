"""The REST interface as a page: every operation is there, with its examples, its fields and who may call it.

That the examples are true, tests/api/test_examples.py sees to.
"""

import json
import re
from html import unescape
from typing import Any

import pytest
from markupsafe import Markup

from app.main import create_app
from app.settings import Settings
from app.web.little_markdown import inline, paragraphs
from app.web.reference import Call, read_reference
from tests.api.site import Site

DOCUMENT: dict[str, Any] = create_app(Settings(_env_file=None, database_url="sqlite:///never-opened.db")).openapi()
REFERENCE = read_reference(DOCUMENT)
CALLS = {call.anchor: call for group in REFERENCE.groups for call in group.calls}
OPERATIONS = [one for operations in DOCUMENT["paths"].values() for one in operations.values()]


def test_every_operation_is_on_the_page(site: Site) -> None:
    page = unescape(site.client.get("/docs").text).replace("<wbr>", "")
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            assert f"<b>{method.upper()}</b> <code>{path}</code>" in page
            assert operation["summary"] in page


def test_what_is_linked_on_the_page_is_there_once(site: Site) -> None:
    page = site.client.get("/docs").text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert sum(len(group.calls) for group in REFERENCE.groups) == len(CALLS) == len(OPERATIONS)


def test_nothing_on_the_page_is_left_in_backticks(site: Site) -> None:
    page = re.sub(r"<pre.*?</pre>", "", site.client.get("/docs").text, flags=re.DOTALL)
    assert "`" not in page and "](http" not in page


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_call_and_every_refusal_has_an_example(call: Call) -> None:
    assert call.asks.startswith(f"{call.method} /") and "{" not in call.asks
    done = call.answers[0]
    assert done.example or done.status == "204"
    if any(field.where == "body" for field in call.fields):
        assert json.loads(call.sends)
    for refusal in call.refusals:
        for told in map(json.loads, refusal.examples):
            assert refusal.reason and (
                told.get("status") == int(refusal.status) or call.path in ("/healthz", "/livez", "/readyz")
            )
        assert refusal.examples
    known = {refusal.status for refusal in REFERENCE.refusals}
    assert set(call.like_any) <= known and not {refusal.status for refusal in call.refusals} & set(call.like_any)


def test_every_field_of_an_answer_is_told_of() -> None:
    """Of the example that is shown, down to the last object: by the answer's own table, or by that of an object."""
    told = {field.name for one in REFERENCE.objects for field in one.fields}
    for call in CALLS.values():
        for answer in call.answers:
            if answer.example.startswith("{") and "/export" not in call.path:
                here = told | {field.name for field in answer.fields}
                _check(json.loads(answer.example), here, call.anchor)


def _check(value: Any, told: set[str], where: str) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            assert name in told, (where, name)
            if name not in ("given", "answer", "key", "tolerance", "draft"):  # by symbol
                _check(inner, told, where)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, told, where)


def test_limits_and_defaults_are_told() -> None:
    fields = {(call.anchor, field.name): field for call in CALLS.values() for field in call.fields}
    draw = {name: str(field.limits) for (anchor, name), field in fields.items() if anchor == "post-api-v1-questions"}
    assert draw["level"] == "1 to 3. Without it <code>1</code>."
    assert draw["count"] == "1 to 1000. Without it <code>1</code>."
    assert draw["seed"] == ""  # too far out to be told exactly in JSON
    assert draw["format"] == "Without it <code>numeric</code>."
    assert fields["post-api-v1-questions", "format"].kind == "<code>numeric</code> or <code>choice</code>"
    assert "backward-pass" in fields["post-api-v1-questions", "skill"].about
    page = fields["get-api-v1-attempts", "limit"]
    assert (page.kind, page.limits) == ("whole number", "1 to 100. Without it <code>50</code>.")
    assert fields["get-api-v1-attempts", "since"].kind == "text"
    assert "1 to 255 printable characters" in fields["post-api-v1-questions-question-id-attempts", "Idempotency-Key"].about


def test_retries_and_what_is_known_already_stand_beside_the_success() -> None:
    answered = {
        name: [(one.status, [header for header, _ in one.headers]) for one in call.answers] for name, call in CALLS.items()
    }
    assert answered["post-api-v1-questions-question-id-attempts"] == [("201", ["Location"]), ("200", ["Location"])]
    assert answered["get-api-v1-questions-question-id"] == [("200", ["ETag", "Cache-Control"]), ("304", ["ETag"])]
    assert answered["get-api-v1-attempts"] == [("200", ["Link"])]
    (invalid,) = (one for one in CALLS["post-api-v1-questions-question-id-attempts"].refusals if one.status == "422")
    kinds = [json.loads(example)["type"].rpartition(":")[2] for example in invalid.examples]
    assert kinds == ["bad-input", "idempotency-conflict"]


def test_a_little_markdown() -> None:
    assert inline("Send `a<b` & go") == Markup("Send <code>a&lt;b</code> &amp; go")
    assert inline("As [they](https://example.org/x) say") == Markup('As <a href="https://example.org/x">they</a> say')
    assert inline("[no](javascript:alert(1))") == Markup("[no](javascript:alert(1))")
    assert paragraphs("One\nline\n\nTwo") == Markup("<p>One\nline</p><p>Two</p>")
    assert paragraphs("") == Markup("")
