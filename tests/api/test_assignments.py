"""Assignments over real HTTP: thirty-two requests for one try, and not one question's id while it is sealed."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.engine.skills import SKILLS
from tests.api.site import Site, assert_problem
from tests.databases import database_url
from tests.servers import Server, server

__all__ = ["database_url", "server"]

TOGETHER = 32
QUESTION_ID = re.compile(rf"(?:{'|'.join(SKILLS)})-[nc][123]-v\d+-[0-9a-z]{{6,}}")
PRACTICE = re.compile(r"/practice/|/q/|permalink")


def times(minutes: float = 60) -> dict[str, str]:
    now = datetime.now(UTC)
    return {"opens_at": (now - timedelta(minutes=1)).isoformat(), "closes_at": (now + timedelta(minutes=minutes)).isoformat()}


def set_assignment(site: Site, *items: Any, learners: tuple[str, ...] = ("learner",), **more: Any) -> tuple[str, Any]:
    """The course's id and an assignment in it that is open."""
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()
    for who in learners:
        assert site.call("POST", "/join", who, json={"code": course["join_code"]}).status_code == 200
    plan = {"title": "Homework", **times(), "items": list(items) or [{"skill": "chain"}], **more}
    made = site.call("POST", f"/courses/{course['id']}/assignments", "instructor", json=plan)
    assert made.status_code == 201, made.text
    return course["id"], made.json()


def answer_to(item: Any, first: float = 0.5) -> dict[str, Any]:
    [part] = item["question"]["parts"]
    return {part["symbol"]: part["options"][0]["id"] if part["options"] else [first, *[0.1] * (part["shape"][0] - 1)]}


def test_one_try_is_one_for_thirty_two_requests_at_once(server: Server) -> None:
    """Each with another answer: one is stored, the others are told so."""
    teacher, learner = server.enrol("instructor"), server.enrol("learner")

    def call(who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {who}"}
        return httpx.request(method, f"{server.base_url}/api/v1{path}", headers=headers, timeout=30, **more)

    course = call(teacher, "POST", "/courses", json={"name": "Nets"}).json()
    call(learner, "POST", "/join", json={"code": course["join_code"]})
    plan = {"title": "Homework", **times(), "items": [{"skill": "chain"}]}
    assignment = call(teacher, "POST", f"/courses/{course['id']}/assignments", json=plan).json()
    path = f"/assignments/{assignment['id']}"

    with ThreadPoolExecutor(TOGETHER) as pool:
        begun = list(pool.map(lambda _: call(learner, "POST", f"{path}/sitting"), range(TOGETHER)))
        assert {one.status_code for one in begun} == {200}
        assert len({one.text.replace(str(one.json()["seconds_left"]), "") for one in begun}) == 1
        [item] = begun[0].json()["items"]
        address = f"{path}/items/{item['id']}/attempts"

        def hand_in(k: int) -> httpx.Response:
            return call(learner, "POST", address, json={"number": 1, "answer": answer_to(item, round(0.5 + k / 1000, 3))})

        answers = list(pool.map(hand_in, range(TOGETHER)))
    assert Counter(one.status_code for one in answers) == {201: 1, 409: TOGETHER - 1}
    [stored] = call(learner, "GET", f"{path}/sitting").json()["items"][0]["attempts"]
    winner = next(one for one in answers if one.status_code == 201).json()
    assert winner["attempts"] == [stored]
    again = call(learner, "POST", address, json={"number": 1, "answer": stored["answer"]})
    assert (again.status_code, again.json()["attempts"]) == (200, [stored])


def test_while_it_is_sealed_no_question_is_known_by_its_id(site: Site) -> None:
    """Whatever a learner or their instructor asks for, the answer holds no question's id, and no way to one."""
    items = [{"skill": "chain", "tries": 2}, {"skill": "comprehension", "format": "choice"}, {"skill": "delta"}]
    more = {"show_marks": "at-once", "show_hints": "at-once", "show_solution": "after-last-try"}
    course_id, assignment = set_assignment(site, *items, **more)
    path = f"/assignments/{assignment['id']}"
    begun = site.call("POST", f"{path}/sitting", "learner").json()
    for item in begun["items"][:1]:
        sent = {"number": 1, "answer": answer_to(item)}
        assert site.call("PUT", f"{path}/items/{item['id']}/draft", "learner", json=sent).status_code == 204
        assert site.call("POST", f"{path}/items/{item['id']}/attempts", "learner", json=sent).status_code == 201
    item_ids = [item["id"] for item in begun["items"]]
    looks = {
        "learner": [
            f"/api/v1{path}",
            f"/api/v1{path}/sitting",
            f"/api/v1/courses/{course_id}/assignments",
            "/api/v1/attempts",
            "/api/v1/me/progress",
            "/attempts",
            "/progress",
            "/me",
            path,
            *(f"{path}/items/{item_id}" for item_id in item_ids),
        ],
        "instructor": [
            f"/api/v1{path}/results",
            f"/api/v1{path}/results/{site.ids['learner']}",
            f"/api/v1/attempts?learner={site.ids['learner']}",
            "/api/v1/scores",
            f"/dashboard{path}",
            f"/dashboard{path}/preview",
            f"/dashboard{path}/learners/{site.ids['learner']}",
            f"/dashboard/learners/{site.ids['learner']}",
            f"/dashboard/courses/{course_id}",
        ],
    }
    for who, addresses in looks.items():
        for address in addresses:
            got = site.call("GET", address, who) if address.startswith("/api") else page(site, address, who)
            assert got.status_code == 200, (address, got.text[:300])
            everything = got.text + str(dict(got.headers))
            assert not QUESTION_ID.search(everything), (address, QUESTION_ID.search(everything))
            assert "etag" not in got.headers, address
            if path in address:
                assert not PRACTICE.search(main(got.text)), (address, PRACTICE.search(main(got.text)))
    for item_id in item_ids:  # and its own id leads nowhere but to the assignment
        assert_problem(site.call("GET", f"/questions/{item_id}"), 404)
        assert_problem(site.call("POST", f"/questions/{item_id}/solution", "learner"), 404)
        assert page(site, f"/q/{item_id}", "learner").status_code == 404
    assert site.call("GET", "/attempts", "learner").json()["attempts"] == []
    assert all(one["attempts"] == 0 for one in site.call("GET", "/me/progress", "learner").json()["skills"])


def page(site: Site, address: str, who: str) -> Any:
    return site.client.get(address, headers={"Authorization": f"Bearer {site.tokens[who]}"})


def main(text: str) -> str:
    found = re.search(r"<main.*</main>", text, re.DOTALL)
    return found[0] if found else text


def test_another_learner_and_another_instructor_find_nothing(site: Site) -> None:
    site.enrol("rival", "instructor")
    course_id, assignment = set_assignment(site, learners=("learner",))
    path = f"/assignments/{assignment['id']}"
    item_id = assignment["items"][0]["id"]
    site.call("POST", f"{path}/sitting", "learner")
    sent = {"number": 1, "answer": {"dz": [1, 1, 1]}}
    for who in ("other", "rival"):
        for method, address, body in [
            ("GET", path, None),
            ("GET", f"{path}/sitting", None),
            ("POST", f"{path}/sitting", None),
            ("POST", f"{path}/sitting/finish", None),
            ("PUT", f"{path}/items/{item_id}/draft", sent),
            ("POST", f"{path}/items/{item_id}/attempts", sent),
            ("GET", f"/courses/{course_id}/assignments", None),
        ]:
            assert_problem(site.call(method, address, who, json=body), 404)
    for address in (f"{path}/results", f"{path}/results/{site.ids['learner']}"):
        assert_problem(site.call("GET", address, "rival"), 404)
    assert_problem(site.call("PUT", f"{path}/extensions/{site.ids['learner']}", "rival", json={"extra_minutes": 5}), 404)
    assert_problem(site.call("PATCH", path, "rival", json={"grace": 5}), 404)
    assert_problem(site.call("DELETE", path, "rival"), 404)
    assert_problem(site.call("PUT", f"{path}/extensions/{site.ids['other']}", "instructor", json={"extra_minutes": 5}), 404)


def test_an_assignment_is_changed_extended_and_read(site: Site) -> None:
    _, assignment = set_assignment(site, {"skill": "chain", "points": 2}, learners=("learner", "other"), time_limit=30)
    path = f"/assignments/{assignment['id']}"
    changed = site.call("PATCH", path, "instructor", json={"time_limit": None, "title": "Week 3"}).json()
    assert (changed["time_limit"], changed["title"], changed["items"]) == (None, "Week 3", assignment["items"])
    assert_problem(site.call("PATCH", path, "instructor", json={"closes_at": "2026-03-02T09:00:00"}), 422)  # no time zone
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    for extension in ({"closes_at": later}, {"extra_minutes": 10}):
        put = site.call("PUT", f"{path}/extensions/{site.ids['learner']}", "instructor", json=extension)
        assert put.status_code == 204, put.text
    site.call("POST", f"{path}/sitting", "learner")
    item = site.call("GET", f"{path}/sitting", "learner").json()["items"][0]
    site.call("PUT", f"{path}/items/{item['id']}/draft", "learner", json={"number": 1, "answer": answer_to(item)})
    over = site.call("POST", f"{path}/sitting/finish", "learner").json()
    assert over["state"] == "over" and over["items"][0]["attempts"][0]["by_clock"] is False
    assert_problem(site.call("POST", f"{path}/sitting/finish", "learner"), 409)
    results = site.call("GET", f"{path}/results", "instructor").json()
    assert results["points"] == 2
    assert [(one["name"], one["begun_at"] is not None, one["extension"]) for one in results["results"]] == [
        ("learner", True, {"closes_at": None, "extra_minutes": 10}),
        ("other", False, None),
    ]
    assert site.call("DELETE", f"{path}/extensions/{site.ids['learner']}", "instructor").status_code == 204
    assert_problem(site.call("DELETE", path, "instructor"), 409)
    trail = page(site, "/dashboard/audit", "instructor").text
    assert trail.count("Week 3") == 3 and "10 minutes more" in trail


@pytest.mark.parametrize("closed", [True, False])
def test_before_it_opens_and_after_it_closes(site: Site, closed: bool) -> None:
    now = datetime.now(UTC)
    begin, end = (
        (now - timedelta(hours=2), now - timedelta(hours=1)) if closed else (now + timedelta(hours=1), now + timedelta(hours=2))
    )
    _, assignment = set_assignment(site, opens_at=begin.isoformat(), closes_at=end.isoformat())
    path = f"/assignments/{assignment['id']}"
    sitting = site.call("GET", f"{path}/sitting", "learner").json()
    assert (sitting["state"], sitting["items"]) == ("over" if closed else "too-early", [])
    assert_problem(site.call("POST", f"{path}/sitting", "learner"), 409)
    told = site.call("GET", path, "learner").json()["items"]
    assert bool(told) == closed  # what it asks is told when it opens


def test_null_leaves_a_thing_as_it_is(site: Site) -> None:
    _, made = set_assignment(site, time_limit=30)
    nothing = dict.fromkeys(("title", "opens_at", "closes_at", "grace", "show_marks", "show_hints", "show_solution"))
    changed = site.call("PATCH", f"/assignments/{made['id']}", "instructor", json=nothing)
    assert (changed.status_code, changed.json()) == (200, made)
    unlimited = site.call("PATCH", f"/assignments/{made['id']}", "instructor", json={"time_limit": None})
    assert unlimited.json() == {**made, "time_limit": None}


@pytest.mark.parametrize(
    "moment", [0, "0", 1e9, "2026-03-02", "2026-03-02T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", True]
)
def test_a_moment_is_a_date_and_time_with_its_offset(site: Site, moment: Any) -> None:
    _, made = set_assignment(site)
    answered = site.call("PATCH", f"/assignments/{made['id']}", "instructor", json={"opens_at": moment})
    assert assert_problem(answered, 422)["errors"][0]["pointer"] == "/opens_at"
