"""Courses by REST: what an instructor does with them, how learners come in, and that nobody else gets near."""

from typing import Any

import pytest

from tests.api.site import Site, assert_problem


def make_course(site: Site, who: str = "instructor", **more: Any) -> Any:
    made = site.call("POST", "/courses", who, json={"name": "Nets", **more})
    assert made.status_code == 201, made.text
    return made.json()


def join(site: Site, who: str, course: Any, **more: Any) -> Any:
    return site.call("POST", "/join", who, json={"code": course["join_code"], **more})


def roster(site: Site, course: Any, who: str = "instructor") -> list[Any]:
    learners: list[Any] = site.call("GET", f"/courses/{course['id']}/learners", who).json()["learners"]
    return learners


def seen(site: Site, who: str, narrowed: str = "") -> set[str]:
    attempts = site.call("GET", f"/attempts?limit=100{narrowed}", who).json()["attempts"]
    return {attempt["learner_id"] for attempt in attempts}


def test_a_learner_joins_by_the_code_however_it_is_typed(site: Site) -> None:
    course = make_course(site, time_zone="Europe/London")
    code = course["join_code"]
    assert len(code) == 8 and course["time_zone"] == "Europe/London"
    joined = site.call("POST", "/join", "learner", json={"code": f" {code[:4].lower()}-{code[4:]} ".replace("0", "O")})
    assert joined.status_code == 200 and joined.json()["join_code"] is None
    assert [one["name"] for one in roster(site, course)] == ["learner"]
    assert join(site, "learner", course).status_code == 200  # again changes nothing
    assert len(roster(site, course)) == 1
    assert [one["id"] for one in site.call("GET", "/courses", "learner").json()["courses"]] == [course["id"]]
    assert_problem(join(site, "other", {"join_code": "AAAAAAAA"}), 404)
    assert_problem(join(site, "instructor", course), 403)
    renewed = site.call("POST", f"/courses/{course['id']}/code", "instructor").json()
    assert_problem(join(site, "other", course), 404)
    assert join(site, "other", renewed).status_code == 200


def test_an_instructor_sees_their_courses_and_the_open_one(site: Site) -> None:
    site.enrol_all([("rival", "instructor"), ("third", "learner")])
    mine, theirs = make_course(site), make_course(site, "rival")
    ids = {who: site.attempt(who).json()["id"] for who in ("learner", "other", "third", "rival")}
    join(site, "learner", mine)
    join(site, "other", theirs)
    people = {who: site.ids[who] for who in ("learner", "other", "third", "rival")}

    assert seen(site, "instructor") == {people["learner"], people["third"]}
    assert seen(site, "instructor", f"&course={mine['id']}") == {people["learner"]}
    assert seen(site, "instructor", "&course=open") == {people["third"]}
    assert seen(site, "administrator") == set(people.values())
    assert seen(site, "administrator", f"&course={theirs['id']}") == {people["other"]}
    assert seen(site, "integration") == {people["third"]}
    scored = site.call("GET", f"/scores?course={mine['id']}", "instructor").json()["scores"]
    assert [one["learner_id"] for one in scored] == [people["learner"]]

    for path in (
        f"/attempts/{ids['other']}",
        f"/attempts/{ids['rival']}",
        f"/attempts?learner={people['other']}",
        f"/attempts?course={theirs['id']}",
        f"/scores?course={theirs['id']}",
        "/scores?course=no-such-course",
        f"/courses/{theirs['id']}",
        f"/courses/{theirs['id']}/learners",
    ):
        assert_problem(site.call("GET", path, "instructor"), 404)
    assert_problem(site.call("GET", "/attempts?course=open", "learner"), 404)
    dashboard = site.client.get(
        f"/dashboard/learners/{people['other']}", headers={"Authorization": f"Bearer {site.tokens['instructor']}"}
    )
    assert dashboard.status_code == 404


def test_an_integration_reads_its_course_alone(site: Site) -> None:
    course = make_course(site)
    made = site.call("POST", f"/courses/{course['id']}/integrations", "instructor", json={"name": "Gradebook"}).json()
    site.tokens["gradebook"] = made["token"]
    for who in ("learner", "other"):
        site.attempt(who)
    join(site, "learner", course)
    assert seen(site, "gradebook") == {site.ids["learner"]}
    assert_problem(site.call("GET", f"/attempts?learner={site.ids['other']}", "gradebook"), 404)
    assert [one["id"] for one in roster(site, course, "gradebook")] == [site.ids["learner"]]
    assert_problem(site.call("POST", f"/courses/{course['id']}/code", "gradebook"), 403)
    assert site.call("DELETE", f"/courses/{course['id']}/staff/{made['id']}", "instructor").status_code == 204
    assert_problem(site.call("GET", "/attempts", "gradebook"), 401)


def test_student_numbers(site: Site) -> None:
    course = make_course(site, asks_student_number=True)
    assert_problem(join(site, "learner", course), 422)
    assert join(site, "learner", course, student_number="s 123").status_code == 200
    taken = assert_problem(join(site, "other", course, student_number="S123"), 422)
    assert taken["errors"][0]["pointer"] == "/student_number"
    assert [(one["student_number"], one["claimed"]) for one in roster(site, course)] == [("S123", True)]
    listed = {"learners": [{"name": "Listed", "student_number": "S124"}]}
    site.call("POST", f"/courses/{course['id']}/learners", "instructor", json=listed)
    assert_problem(join(site, "learner", course, student_number="S124"), 422)  # nobody takes a second place on the list
    assert len(roster(site, course)) == 2
    path = f"/courses/{course['id']}/learners/{site.ids['learner']}"
    assert_problem(site.call("PATCH", path, "instructor", json={"student_number": "s124"}), 422)
    for number, stored in (("S 125", "S125"), ("", None)):
        assert site.call("PATCH", path, "instructor", json={"student_number": number}).status_code == 204
        assert {one["id"]: one["student_number"] for one in roster(site, course)}[site.ids["learner"]] == stored


def test_an_imported_list_is_stored_whole_or_not_at_all(site: Site) -> None:
    course = make_course(site, asks_student_number=True)
    path = f"/courses/{course['id']}/learners"
    bad = [{"name": "Ada", "student_number": "1"}, {"name": " "}, {"name": "Bob", "student_number": "1"}]
    before = site.rows()
    report = site.call("POST", path, "instructor", json={"learners": bad}).json()
    assert (report["stored"], [line["outcome"] for line in report["lines"]]) == (False, ["added", "complaint", "complaint"])
    assert site.rows() == before

    good = [{"name": "Ada L", "student_number": "1"}, {"name": "Bob", "student_number": "2"}]
    assert site.call("POST", path, "instructor", json={"learners": good}).json()["stored"]
    again = site.call("POST", path, "instructor", json={"learners": [*good, {"name": "Cem"}]}).json()
    assert [line["outcome"] for line in again["lines"]] == ["known", "known", "added"]
    assert [one["claimed"] for one in roster(site, course)] == [False] * 3

    # Who was practising before and is on the list keeps their identity, and the place on the list is theirs.
    attempt_id = site.attempt("learner").json()["id"]
    assert join(site, "learner", course, name="Ada", student_number="1").status_code == 200
    ada = next(one for one in roster(site, course) if one["student_number"] == "1")
    assert (ada["id"], ada["name"], ada["attempts"], ada["claimed"]) == (site.ids["learner"], "Ada", 1, True)
    assert len(roster(site, course)) == 3
    assert site.call("GET", f"/attempts/{attempt_id}", "learner").status_code == 200


def test_rename_merge_and_remove(site: Site) -> None:
    course = make_course(site)
    for who in ("learner", "other"):
        join(site, who, course)
        site.attempt(who)
    path = f"/courses/{course['id']}/learners"
    learner, other = site.ids["learner"], site.ids["other"]
    assert site.call("PATCH", f"{path}/{learner}", "instructor", json={"name": "Ada"}).status_code == 204
    assert_problem(site.call("POST", f"{path}/{learner}/merge", "instructor", json={"other": learner}), 422)
    assert_problem(site.call("POST", f"{path}/{learner}/merge", "instructor", json={"other": site.ids["instructor"]}), 404)
    assert site.call("POST", f"{path}/{learner}/merge", "instructor", json={"other": other}).status_code == 204
    assert [(one["name"], one["attempts"]) for one in roster(site, course)] == [("Ada", 2)]
    assert site.call("GET", "/me", "other").json()["id"] == learner  # the other device goes on as the one who is left
    assert site.call("DELETE", f"{path}/{learner}", "instructor").status_code == 204
    assert roster(site, course) == []
    assert seen(site, "instructor", "&course=open") == {learner}


def test_whoever_is_in_anothers_course_too_is_merged_by_the_administrator_alone(site: Site) -> None:
    site.enrol("rival", "instructor")
    mine, theirs = make_course(site), make_course(site, "rival")
    join(site, "learner", mine)
    join(site, "other", mine)
    join(site, "other", theirs)
    path = f"/courses/{mine['id']}/learners/{site.ids['learner']}/merge"
    assert_problem(site.call("POST", path, "instructor", json={"other": site.ids["other"]}), 422)
    link = f"/learners/{site.ids['other']}/link"
    assert_problem(site.call("POST", link, "instructor"), 403)
    assert site.call("POST", path, "administrator", json={"other": site.ids["other"]}).status_code == 204


@pytest.mark.parametrize("who", ["instructor", "learner"])
def test_a_personal_link_moves_a_learner_once(site: Site, who: str) -> None:
    course = make_course(site)
    join(site, "learner", course)
    path = site.call("POST", f"/learners/{site.ids['learner']}/link", who).json()["path"]
    newer = site.call("POST", f"/learners/{site.ids['learner']}/link", who).json()["path"]
    assert site.client.post(path).status_code == 403  # replaced by the newer one
    for _ in range(2):
        assert "Go on here as learner" in site.client.get(newer).text  # looking uses nothing up
    moved = site.client.post(newer)
    assert (moved.status_code, moved.headers["location"]) == (303, "/me")
    assert "learner" in site.client.get("/me").text
    site.client.cookies.clear()
    assert site.client.post(newer).status_code == 403
    for stranger in ("other", "integration"):
        assert_problem(site.call("POST", f"/learners/{site.ids['learner']}/link", stranger), 404)
    assert_problem(site.call("POST", f"/learners/{site.ids['instructor']}/link", "instructor"), 403)
    assert_problem(site.call("POST", f"/learners/{site.ids['instructor']}/link", "administrator"), 403)
