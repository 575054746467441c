"""Tables that leave the desk, over HTTP: whose, how many, since when, and written down."""

import csv
import io
import re
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

from app.services import exports
from tests.api.site import RIGHT_DZ, Site, assert_problem
from tests.persistence.samples import look
from tests.web.test_courses import sign_in


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))


def test_attempts_since_a_cursor_are_told_once_each(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_BLOCK", 2)
    assert "Link" not in site.call("POST", "/exports/attempts", "instructor").headers
    ids = [site.attempt("learner").json()["id"] for _ in range(5)]
    first = site.call("POST", "/exports/attempts?course=open", "instructor")
    assert [row["attempt"] for row in rows(first)] == ids
    following = re.fullmatch(r'<(/api/v1/exports/attempts\?[^>]+)>; rel="next"', first.headers["Link"])
    assert following is not None and "course=open" in following[1]
    again = site.call("POST", following[1], "instructor")
    assert rows(again) == [] and again.headers["Link"] == first.headers["Link"]
    late = site.attempt("other", answer=RIGHT_DZ).json()["id"]
    (row,) = rows(site.call("POST", following[1], "instructor"))
    assert (row["attempt"], row["name"], row["score"], row["correct"]) == (late, "other", "1.0", "true")
    assert rows(first)[0]["mistakes"] == "upstream-sign-dropped" and rows(first)[0]["answer"].startswith('{"dz": [')
    assert_problem(site.call("POST", "/exports/attempts?since=x", "instructor"), 422)
    assert_problem(site.call("POST", "/exports/attempts?type=pdf", "instructor"), 422)
    assert_problem(site.call("POST", "/exports/gradebook?course=nothing", "instructor"), 404)


def test_the_gradebook_is_of_a_course_with_its_assignments(site: Site) -> None:
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets", "asks_student_number": True}).json()
    sent = {"code": course["join_code"], "name": "=cmd()", "student_number": "-7"}
    assert site.call("POST", "/join", "learner", json=sent).status_code == 200
    site.attempt("learner")
    site.attempt("other")
    plan = {
        "title": "@Home",
        "opens_at": "2026-01-01T00:00:00Z",
        "closes_at": "2099-01-01T00:00:00Z",
        "items": [{"skill": "chain"}],
    }
    made = site.call("POST", f"/courses/{course['id']}/assignments", "instructor", json=plan)
    if made.status_code == 422:  # further ahead than may be planned
        plan["closes_at"] = "2028-01-01T00:00:00Z"
        made = site.call("POST", f"/courses/{course['id']}/assignments", "instructor", json=plan)
    assert made.status_code == 201, made.text
    (row,) = rows(site.call("POST", f"/exports/gradebook?course={course['id']}", "instructor"))
    assert (row["name"], row["student_number"], row["attempts"]) == ("'=cmd()", "'-7", "1")
    assert float(row["first_try_score"]) == float(row["chain first_try_score"]) == 0.5
    assert row["'@Home (of 1)"] == "" and row["delta first_try_score"] == ""
    begun = site.call("POST", f"/assignments/{made.json()['id']}/sitting", "learner").json()
    item = begun["items"][0]
    given = {symbol: np.array(value) for symbol, value in item["question"]["given"].items()}
    h = 1 / (1 + np.exp(-given["z"]))
    answer = [*np.round(given["dh"] * h * (1 - h), 3)[:3].tolist(), None]
    handed = site.call(
        "POST",
        f"/assignments/{made.json()['id']}/items/{item['id']}/attempts",
        "learner",
        json={"number": 1, "answer": {"dz": answer}},
    )
    assert handed.status_code == 201, handed.text
    (row,) = rows(site.call("POST", f"/exports/gradebook?course={course['id']}", "instructor"))
    assert row["'@Home (of 1)"] == "0.75"
    assert {one["name"] for one in rows(site.call("POST", "/exports/gradebook?course=open", "instructor"))} == {"other"}
    assert_problem(site.call("POST", f"/exports/gradebook?course={course['id']}", "integration"), 404)


def test_a_download_from_the_page_is_written_down(site: Site) -> None:
    site.attempt("learner")
    sign_in(site)
    before = site.rows()
    assert site.client.get("/dashboard/exports").status_code == 200 and site.rows() == before
    took = site.client.post("/dashboard/exports", data={"subject": "attempts", "file_type": "xlsx"})
    assert took.status_code == 200 and re.search(r'filename="attempts-[\d-]+\.xlsx"', took.headers["content-disposition"])
    told = list(load_workbook(io.BytesIO(took.content), read_only=True).active.iter_rows(values_only=True))
    assert len(told) == 2 and told[1][2] == "learner"
    assert site.client.post("/dashboard/exports", data={"subject": "items", "file_type": "csv"}).text.startswith(
        "\ufeffskill,level"
    )
    assert site.rows()["audit"] == before["audit"] + 2
    trail = site.client.get("/dashboard/audit").text
    assert "The attempts of the open course went out as XLSX." in trail
    refused = site.client.post("/dashboard/exports", data={"subject": "gradebook", "course": "nothing"})
    assert refused.status_code == 404 and site.rows()["audit"] == before["audit"] + 2


def test_an_export_by_a_program_is_written_down_too(site: Site) -> None:
    site.attempt("learner")
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()
    made = site.call("POST", f"/courses/{course['id']}/integrations", "instructor", json={"name": "Gradebook"}).json()
    site.tokens["gradebook"] = made["token"]
    before = site.rows()
    assert site.call("GET", "/exports/attempts", "instructor").status_code == 405  # GET writes nothing, so it takes nothing away
    for path, who in (
        ("/exports/attempts?type=xlsx", "instructor"),
        ("/exports/items?course=open", "instructor"),
        (f"/exports/gradebook?course={course['id']}", "instructor"),
        ("/exports/gradebook", "administrator"),
        ("/exports/gradebook", "gradebook"),
    ):
        assert site.call("POST", path, who).status_code == 200
    assert site.call("POST", "/exports/gradebook", "learner").status_code == 403
    assert site.call("POST", "/exports/gradebook?type=pdf", "instructor").status_code == 422
    assert site.rows() == before | {"audit": before["audit"] + 5}
    told = [row[0] for row in look(site.url, "SELECT detail FROM audit WHERE action = 'export' ORDER BY id")]
    assert told == [
        "The attempts of all their courses went out as XLSX.",
        "The item statistics of the open course went out as CSV.",
        "The gradebook of Nets went out as CSV.",
        "The gradebook of all courses went out as CSV.",
        "The gradebook of Nets went out as CSV.",
    ]
    assert look(site.url, "SELECT count(*) FROM audit WHERE action = 'export' AND course_id IS NOT NULL")[0][0] == 2
