"""Who may call what: every route, tried as nobody, as the learner it belongs to, as another learner, and as the staff; and none
tells a question of an assignment that is open by its id.

The list of routes comes from the application itself: a route without a row fails.
"""

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.routing import Match

from app.services import accounts
from tests.api.access_table import FORM, JSON, MERGED, SPENT, TABLE, WHO
from tests.api.site import DZ_LESSON, PASSWORD, Site
from tests.persistence.samples import look


def test_every_route_has_its_row(site: Site) -> None:
    routes = {
        (method, route.path) for route in site.app.routes for method in getattr(route, "methods", None) or () if method != "HEAD"
    }
    assert routes == set(TABLE)


def test_no_route_stands_in_the_way_of_another(site: Site) -> None:
    for method, path in TABLE:
        asked = {"type": "http", "method": method, "path": re.sub(r"{\w+}", "something", path), "root_path": "", "headers": []}
        first = next(route for route in site.app.routes if route.matches(asked)[0] is Match.FULL)
        assert getattr(first, "path", None) == path


@pytest.fixture
def names(site: Site, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the parameters of a route stand for: things of the learner, and a course of the instructor's."""
    monkeypatch.setattr("app.web.live.STREAM_SECONDS", 0.1)  # else each would be followed for a while
    spare = [name for one in SPENT.values() for name in one.values() if name.startswith("spare")]
    site.enrol_all([(name, "learner") for name in (*spare, *MERGED.values())] + [("rival", "instructor")])
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()
    for name in ("learner", *spare, *MERGED.values()):
        site.call("POST", "/join", name, json={"code": course["join_code"]})
    for name in ("reader 1", "reader 2", "reader 3", "reader 4"):
        made = site.call("POST", f"/courses/{course['id']}/integrations", "instructor", json={"name": name}).json()
        site.ids[name], site.ids[f"token of {name}"] = made["id"], made["token_id"]
    site.run(lambda database: accounts.add_instructor(database, "colleague@example.org", PASSWORD, datetime.now(UTC)))
    plan = JSON["/api/v1/courses/{course_id}/assignments"]
    for name in ("assignment", "second assignment"):
        made = site.call("POST", f"/courses/{course['id']}/assignments", "instructor", json=plan).json()
        site.ids[name] = made["id"]
        begun = site.call("POST", f"/assignments/{made['id']}/sitting", "learner").json()
        site.ids[f"item of {name}"] = begun["items"][0]["id"]
    return {
        "assignment_id": site.ids["assignment"],
        "item_id": site.ids["item of assignment"],
        "question_id": DZ_LESSON,
        "attempt_id": site.attempt("learner").json()["id"],
        "learner_id": site.ids["learner"],
        "skill": "chain",
        "subject": "attempts",
        "format": "moodle",
        "kind": "print",
        "secret": "x" * 43,
        "course_id": course["id"],
        "code": course["join_code"],
        "integration_id": site.ids["reader 3"],
        "account_id": site.ids["reader 4"],
        "webhook_id": "none",
        "delivery_id": "1000000",
        "token_id": site.ids["token of reader 4"],
    }


@pytest.mark.parametrize("who", WHO)
def test_every_route_as_somebody(site: Site, names: dict[str, str], who: str) -> None:
    headers = {} if who == "nobody" else {"Authorization": f"Bearer {site.tokens[who]}"}
    json = {**JSON, "/api/v1/join": {"code": names["code"]}}
    form = dict(FORM)
    for path, name in MERGED.items():
        (json if path.startswith("/api/") else form)[path] = {"other": site.ids[name]}
    sealed = [question_id for (question_id,) in look(site.url, "SELECT question_id FROM tries")]
    assert sealed
    got = {}
    for method, path in TABLE:
        site.client.cookies.clear()
        own = {name: site.ids[spent] for name, spent in SPENT.get((method, path), {}).items()}
        more: dict[str, Any] = {}
        if method not in ("GET", "DELETE"):
            more = {"json": json[path]} if path in json else {} if "/api/" in path else {"data": form.get(path, {})}
        response = site.client.request(method, path.format(**{**names, **own}), headers=headers, **more)
        got[method, path] = response.status_code
        told = response.text + str(response.headers)
        assert not [one for one in sealed if one in told], f"{method} {path} tells a question of an open assignment by its id"
    assert got == {route: statuses[WHO.index(who)] for route, statuses in TABLE.items()}


def test_a_learner_lists_and_sees_only_their_own(site: Site) -> None:
    mine, theirs = site.attempt("learner").json()["id"], site.attempt("other").json()["id"]
    listed = [attempt["id"] for attempt in site.call("GET", "/attempts", "learner").json()["attempts"]]
    assert listed == [mine]
    assert site.call("GET", f"/attempts?learner={site.ids['other']}", "learner").status_code == 404
    everybodys = [attempt["id"] for attempt in site.call("GET", "/attempts", "instructor").json()["attempts"]]
    assert {mine, theirs} <= set(everybodys)


def test_a_wrong_token_is_refused_everywhere_in_the_interface(site: Site) -> None:
    for method, path in TABLE:
        if path.startswith("/api/"):
            headers = {"Authorization": "Bearer wrong"}
            sent = {"json": JSON.get(path, {})} if method in ("POST", "PATCH", "PUT") else {}
            anything = defaultdict(lambda: "1", question_id=DZ_LESSON)
            answer = site.client.request(method, path.format_map(anything), headers=headers, **sent)
            assert answer.status_code == 401, path
