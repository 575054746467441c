"""Webhooks end to end: registered on a page or by REST, told by a running server what its learners do, logged for instructors."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.services import webhook_delivery
from tests.api.site import DZ_LESSON, Site, assert_problem, open_site
from tests.services.receiver import CERTIFICATE, receiving, signature


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setattr(webhook_delivery, "EVERY_SECONDS", 0.05)


def connect(site: Site) -> tuple[str, str]:
    """A course with the learner in it, and a program: their ids."""
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()
    site.call("POST", "/join", "learner", json={"code": course["join_code"]})
    made = site.call("POST", f"/courses/{course['id']}/integrations", "instructor", json={"name": "Site"}).json()
    return course["id"], made["id"]


@pytest.mark.usefixtures("trusted")
def test_what_a_learner_does_is_told_by_a_running_server(database_url: str) -> None:
    with receiving() as receiver, open_site(database_url, webhook_networks="127.0.0.0/8, ::1/128") as site:
        course, program = connect(site)
        at = f"/courses/{course}/integrations/{program}/webhooks"
        made = site.call("POST", at, "instructor", json={"url": receiver.url(host="localhost")}).json()
        attempt = site.attempt("learner").json()
        site.attempt("other")  # who is not in the course
        (came,) = receiver.wait_for(1)
        message = json.loads(came.body)
        assert message["type"] == "attempt.created" and message["timestamp"] == attempt["submitted_at"]
        assert message["data"] == {**attempt, "solution": None}
        assert came.headers["webhook-signature"] == signature(made["secret"], came)

        now = datetime.now(UTC)
        plan = {
            "title": "Homework",
            "opens_at": now.isoformat(),
            "closes_at": (now + timedelta(days=1)).isoformat(),
            "items": [{"skill": "chain", "points": 2, "tries": 2}],
        }
        assignment = site.call("POST", f"/courses/{course}/assignments", "instructor", json=plan).json()["id"]
        site.call("POST", f"/assignments/{assignment}/sitting", "learner")
        assert site.call("POST", f"/assignments/{assignment}/sitting/finish", "learner").status_code == 200
        finished = json.loads(receiver.wait_for(2)[1].body)
        assert finished["type"] == "assignment.finished"
        told = finished["data"]
        assert (told["assignment_id"], told["learner_id"], told["finished_by"]) == (assignment, site.ids["learner"], "learner")
        assert (told["points"], told["points_possible"], told["scores"]) == (0, 2, [None])

        def log() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = site.call("GET", f"/courses/{course}/deliveries", "instructor").json()["deliveries"]
            return found

        while [one["state"] for one in log()] != ["delivered", "delivered"]:
            pass
        assert [(one["type"], one["said"]) for one in log()] == [
            ("assignment.finished", "Answered 204."),
            ("attempt.created", "Answered 204."),
        ]
        page = site.client.get(
            f"/dashboard/courses/{course}/deliveries", headers={"Authorization": f"Bearer {site.tokens['instructor']}"}
        ).text
        assert "received" in page and f"/attempts/{attempt['id']}" in page and made["secret"] not in page
        webhook = site.call("GET", f"/courses/{course}/webhooks", "instructor").json()["webhooks"][0]
        assert webhook == {name: value for name, value in made.items() if name != "secret"}
        assert site.call("DELETE", f"/courses/{course}/webhooks/{made['id']}", "instructor").status_code == 204
        site.attempt("learner", DZ_LESSON)
        assert log() == [] and len(receiver.received) == 2


def test_addresses_of_private_networks_are_refused_where_they_are_registered(site: Site) -> None:
    course, program = connect(site)
    at = f"/courses/{course}/integrations/{program}/webhooks"
    for url in ("http://example.org/", "https://127.0.0.1/", "https://[::1]/x", "https://u:p@example.org/"):
        assert_problem(site.call("POST", at, "instructor", json={"url": url}), 422)
    assert_problem(
        site.call("POST", f"/courses/{course}/integrations/nobody/webhooks", "instructor", json={"url": "https://a.b/"}), 404
    )
    assert site.rows()["webhooks"] == 0


def test_an_instructor_registers_and_removes_an_address_on_a_page(site: Site) -> None:
    course, program = connect(site)
    here = f"/dashboard/courses/{course}"
    as_instructor = {"Authorization": f"Bearer {site.tokens['instructor']}"}

    def post(path: str, **data: str) -> Any:
        return site.client.post(f"{here}{path}", data=data, headers=as_instructor)

    refused = post(f"/integrations/{program}/webhooks", url="http://example.org/")
    assert refused.status_code == 422 and "must be an https address" in refused.text
    shown = post(f"/integrations/{program}/webhooks", url="https://receiver.invalid/events")
    (secret,) = re.findall(r"whsec_[\w+/=]+", shown.text.replace("&#43;", "+"))
    programs = site.client.get(f"{here}/programs", headers=as_instructor).text
    assert "https://receiver.invalid/events" in programs and secret not in programs
    (webhook,) = re.findall(rf"{here}/webhooks/(\w+)/remove", programs)
    site.attempt("learner")
    delivery = site.call("GET", f"/courses/{course}/deliveries", "instructor").json()["deliveries"][0]["id"]
    assert post(f"/deliveries/{delivery}/again").status_code == 303
    assert post(f"/webhooks/{webhook}/remove").status_code == 303
    assert "receiver.invalid" not in site.client.get(f"{here}/programs", headers=as_instructor).text
    assert site.rows()["deliveries"] == 0


def test_a_program_that_is_disconnected_is_told_nothing_more(site: Site) -> None:
    course, program = connect(site)
    at = f"/courses/{course}/integrations/{program}/webhooks"
    assert site.call("POST", at, "instructor", json={"url": "https://receiver.invalid/"}).status_code == 201
    site.attempt("learner")
    assert site.rows()["deliveries"] == 1
    assert site.call("DELETE", f"/courses/{course}/staff/{program}", "instructor").status_code == 204
    assert (site.rows()["webhooks"], site.rows()["deliveries"]) == (0, 0)
