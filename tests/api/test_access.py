"""Who may call what: every route, tried as nobody, as the learner it belongs to, as another learner, and as the staff.

The list of routes comes from the application itself: a route without a row fails.
"""

import pytest
from fastapi.routing import iter_route_contexts

from tests.api.site import DZ_LESSON, WRONG_DZ, Site

WHO = ("nobody", "learner", "other", "instructor", "administrator", "integration")
EVERYBODY = (200,) * 6
MADE = (201,) * 6

# (method, path) -> the statuses for WHO, in that order.
TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/openapi.json"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/docs"): EVERYBODY,
    ("GET", "/docs/try"): EVERYBODY,
    ("GET", "/gallery"): EVERYBODY,
    ("POST", "/api/v1/learners"): MADE,
    ("GET", "/api/v1/skills"): EVERYBODY,
    ("POST", "/api/v1/questions"): MADE,
    ("GET", "/api/v1/questions/{question_id}"): EVERYBODY,
    ("POST", "/api/v1/questions/{question_id}/attempts"): (401, 201, 201, 201, 201, 403),
    ("POST", "/api/v1/questions/{question_id}/solution"): (401, 200, 200, 200, 200, 403),
    ("GET", "/api/v1/attempts"): (401, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/attempts/{attempt_id}"): (401, 200, 404, 200, 200, 200),
    ("GET", "/api/v1/scores"): (401, 403, 403, 200, 200, 200),
    ("GET", "/api/v1/me"): (401, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/me/progress"): (401, 200, 200, 200, 200, 200),
    ("GET", "/"): EVERYBODY,
    ("GET", "/practice/{skill}"): (303,) * 6,
    ("GET", "/practice/drill"): (404,) * 6,  # of no mistake at all
    ("GET", "/exercise"): EVERYBODY,
    ("GET", "/q/{question_id}"): EVERYBODY,
    ("POST", "/q/{question_id}"): (303, 303, 303, 303, 303, 403),
    ("POST", "/q/{question_id}/solution"): (303, 303, 303, 303, 303, 403),
    ("GET", "/lesson"): EVERYBODY,
    ("GET", "/q/{question_id}/walk"): EVERYBODY,
    ("POST", "/q/{question_id}/walk"): (303,) * 6,  # the lesson's own is open to all, and nothing is noted
    ("GET", "/q/{question_id}/check"): EVERYBODY,
    ("POST", "/q/{question_id}/check"): EVERYBODY,
    ("GET", "/attempts"): EVERYBODY,
    ("GET", "/attempts/{attempt_id}"): (404, 200, 404, 200, 200, 200),
    ("GET", "/progress"): EVERYBODY,
    ("POST", "/progress/name"): (403, 303, 303, 303, 303, 303),
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): (422,) * 6,
    ("GET", "/sign-in/{secret}"): EVERYBODY,
    ("POST", "/sign-in/{secret}"): (403,) * 6,
    ("POST", "/sign-out"): (303,) * 6,
    ("GET", "/dashboard"): (303, 403, 403, 200, 200, 403),
    ("GET", "/dashboard/learners/{learner_id}"): (303, 403, 403, 200, 200, 403),
}
JSON = {
    "/api/v1/learners": {"name": "Somebody"},
    "/api/v1/questions": {"skill": "chain"},
    "/api/v1/questions/{question_id}/attempts": {"answer": WRONG_DZ},
}
FORM = {
    "/q/{question_id}": {"dz.0": "0.1"},
    "/q/{question_id}/check": {"entry": "0", "slope": "0.1", "epsilon": "0.1"},
    "/progress/name": {"name": "Somebody"},
    "/sign-in": {"email": "nobody@example.org", "password": "wrong password"},
}


def test_every_route_has_its_row(site: Site) -> None:
    routes = {
        (method, context.path)
        for context in iter_route_contexts(site.app.routes)
        for method in context.methods or ()
        if method != "HEAD"
    }
    assert routes == set(TABLE)


@pytest.mark.parametrize("who", WHO)
def test_every_route_as_somebody(site: Site, who: str) -> None:
    attempt_id = site.attempt("learner").json()["id"]
    names = {
        "question_id": DZ_LESSON,
        "attempt_id": attempt_id,
        "learner_id": site.ids["learner"],
        "skill": "chain",
        "secret": "x" * 43,
    }
    headers = {} if who == "nobody" else {"Authorization": f"Bearer {site.tokens[who]}"}
    got = {}
    for method, path in TABLE:
        site.client.cookies.clear()
        more = (
            {"json": JSON[path]}
            if path in JSON
            else {"data": FORM.get(path, {})}
            if method == "POST" and "/api/" not in path
            else {}
        )
        response = site.client.request(method, path.format(**names), headers=headers, **more)
        got[method, path] = response.status_code
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
            sent = {"json": JSON[path]} if path in JSON else {}
            answer = site.client.request(method, path.format(question_id=DZ_LESSON, attempt_id=1), headers=headers, **sent)
            assert answer.status_code == 401, path
