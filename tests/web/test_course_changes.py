"""What can be undone on the desk: a course put away or deleted, an assignment's questions until somebody has begun, and a skill
that is not there.
"""

import re

from tests.api.site import Site, assert_problem
from tests.persistence.samples import look
from tests.web.test_courses import make_course, sign_in

TIMES = {"opens_at": "2026-01-01T10:00", "closes_at": "2030-01-01T10:00"}


def test_a_course_is_put_away_and_brought_back(site: Site) -> None:
    sign_in(site)
    course, join = make_course(site)
    name = course.rpartition("/")[2]
    assert f"course={name}" in site.client.get("/dashboard").text
    assert site.client.post(f"{course}/archive", data={"archived": "true"}).status_code == 303
    assert site.client.get(join).status_code == 404
    assert "Put away since" in site.client.get(course).text
    assert f"course={name}" not in site.client.get("/dashboard").text
    listed = site.client.get("/dashboard/courses").text
    assert "1 put away" in listed and course in listed
    assert site.client.get(f"/dashboard?course={name}").status_code == 200  # its views stay
    site.client.post(f"{course}/archive")
    assert site.client.get(join).status_code == 200 and f"course={name}" in site.client.get("/dashboard").text
    assert "was put away" in site.client.get("/dashboard/audit?action=course").text


def test_only_a_course_that_nobody_is_in_is_deleted(site: Site) -> None:
    made = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()
    site.call("POST", "/join", "learner", json={"code": made["join_code"]})
    refused = assert_problem(site.call("DELETE", f"/courses/{made['id']}", "instructor"), 409)
    assert "put away" in refused["detail"]
    away = site.call("PATCH", f"/courses/{made['id']}", "instructor", json={"archived": True}).json()
    assert away["archived_at"] is not None
    assert [one["id"] for one in site.call("GET", "/courses", "instructor").json()["courses"]] == [made["id"]]
    site.call("DELETE", f"/courses/{made['id']}/learners/{site.ids['learner']}", "instructor")
    assert site.call("DELETE", f"/courses/{made['id']}", "instructor").status_code == 204
    assert look(site.url, "SELECT count(*) FROM courses") == [(0,)]
    assert_problem(site.call("GET", f"/courses/{made['id']}", "instructor"), 404)


def test_questions_can_be_changed_until_the_first_learner_begins(site: Site) -> None:
    sign_in(site)
    course, join = make_course(site)
    plan = {"title": "Week 3", **TIMES, "skill-0": "chain", "tries-0": "3"}
    assignment = site.client.post(f"{course}/assignments", data=plan).headers["location"]
    assert "Change the questions" in site.client.get(assignment).text
    form = site.client.get(f"{assignment}/questions").text
    assert re.search(r'<option value="chain" selected>', form) and 'name="tries-0" value="3"' in form
    refused = site.client.post(f"{assignment}/questions", data={"skill-0": "", "tries-0": "1"})
    assert refused.status_code == 422 and "1 to 30 questions" in refused.text
    kept = site.client.post(f"{assignment}/questions", data={"skill-0": "delta", "points-0": "4", "skill-3": "update"})
    assert kept.status_code == 303 and "2 questions, 5 points" in site.client.get(assignment).text

    code = join.removeprefix("/join/")
    site.call("POST", "/join", "learner", json={"code": code})
    begun = site.call("POST", f"/assignments/{assignment.rpartition('/')[2]}/sitting", "learner").json()
    assert [one["skill"] for one in begun["items"]] == ["delta", "update"]
    assert "Change the questions" not in site.client.get(assignment).text
    late = site.client.post(f"{assignment}/questions", data={"skill-0": "chain"})
    assert late.status_code == 409 and "Set another like it instead" in late.text
    assert look(site.url, "SELECT skill FROM assignment_items ORDER BY position") == [("delta",), ("update",)]


def test_questions_change_by_rest(site: Site) -> None:
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()["id"]
    plan = {"title": "A", "opens_at": "2026-01-01T10:00:00Z", "closes_at": "2030-01-01T10:00:00Z", "items": [{"skill": "chain"}]}
    made = site.call("POST", f"/courses/{course}/assignments", "instructor", json=plan).json()["id"]
    changed = {"items": [{"skill": "delta", "level": 2, "points": 3}], "fresh_questions": True, "grace": 5}
    told = site.call("PATCH", f"/assignments/{made}", "instructor", json=changed).json()
    assert [(one["skill"], one["level"], one["points"]) for one in told["items"]] == [("delta", 2, 3)]
    assert told == site.call("GET", f"/assignments/{made}", "instructor").json()
    assert_problem(site.call("PATCH", f"/assignments/{made}", "instructor", json={"items": []}), 422)


def test_a_skill_that_is_not_there_leads_to_those_that_are(site: Site) -> None:
    page = site.client.get("/practice/foo")
    assert page.status_code == 404
    assert '<a href="/practice/weight-gradient">' in page.text and "weight-gradient</a>" not in page.text
