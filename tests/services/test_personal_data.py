"""One learner's data: what the file to take away holds, and that nothing is left of whoever was erased but counts. On both
databases, and for SQLite in the bytes of its files.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.persistence import backup, erasure
from app.persistence.tables import accounts, metadata
from app.security.principals import Principal
from app.services import items, joining, personal_data, reporting
from app.services.reach import OPEN_COURSE
from app.services.refusals import NotAllowed, NotFound
from tests.api.conftest import site
from tests.api.site import DZ_LESSON, RIGHT_DZ, Site, drawn, right_answer
from tests.databases import database_url
from tests.persistence.samples import look

__all__ = ["database_url", "site"]

NAME, OLD_NAME, NUMBER = "Wilhelmina Xanthopoulos", "Wanda Querfurth", "QX-90817263"
TYPED = {"dz": ["0.7310585", "-0.9028311", "0.5550123", "0.1230987"]}  # found nowhere but in an answer of hers
DRAFT = {"dz": ["0.3331457", None, None, None]}
ADMIN = Principal("admin", "administrator", "Admin", "session")


@pytest.fixture
def traces(site: Site) -> list[str]:
    """A learner who has left a row in every table that holds anything of learners; the texts by which she could be found."""
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets", "asks_student_number": True}).json()
    site.ids["course"] = course["id"]
    at = f"/courses/{course['id']}/integrations"
    program = site.call("POST", at, "instructor", json={"name": "Gradebook"}).json()["id"]
    site.call("POST", f"{at}/{program}/webhooks", "instructor", json={"url": "https://receiver.invalid/"})
    site.enrol(OLD_NAME)
    site.tokens["she"], site.ids["she"] = site.tokens[OLD_NAME], site.ids[OLD_NAME]
    join = {"code": course["join_code"], "name": OLD_NAME, "student_number": NUMBER}
    assert site.call("POST", "/join", "she", json=join).status_code == 200
    member = f"/courses/{course['id']}/learners/{site.ids['she']}"
    now = datetime.now(UTC)
    times = {"opens_at": now.isoformat(), "closes_at": (now + timedelta(hours=1)).isoformat()}
    plan = {"title": "Homework", **times, "items": [{"skill": "chain", "tries": 2}, {"skill": "chain"}]}
    homework = site.call("POST", f"/courses/{course['id']}/assignments", "instructor", json=plan).json()["id"]
    site.call("PUT", f"/assignments/{homework}/extensions/{site.ids['she']}", "instructor", json={"extra_minutes": 5})
    served = site.call("POST", f"/assignments/{homework}/sitting", "she").json()["items"]
    path = f"/assignments/{homework}/items"
    site.call("POST", f"{path}/{served[0]['id']}/attempts", "she", json={"number": 1, "answer": TYPED})
    site.call("PUT", f"{path}/{served[1]['id']}/draft", "she", json={"number": 1, "answer": DRAFT})
    site.attempt("she")  # with a mistake that has a name
    site.attempt("she", answer=TYPED, key="her-own-key")
    question = str(drawn("delta").id)
    site.attempt("she", question, right_answer(drawn("delta")))
    site.call("POST", f"/questions/{drawn('chain', 2).id}/solution", "she")
    token, slope = {"Authorization": f"Bearer {site.tokens['she']}"}, {"entry": "0", "slope": "0.1", "epsilon": "0.1"}
    assert site.client.post(f"/q/{drawn('chain', 3).id}/check", headers=token, data=slope).status_code == 200
    site.enrol("double")
    site.call("POST", "/join", "double", json={**join, "name": "Wally Double", "student_number": "1"})
    site.call("POST", f"/learners/{site.ids['double']}/link", "instructor")  # of whom the trail tells by name
    site.call("POST", f"{member}/merge", "instructor", json={"other": site.ids["double"]})
    site.call("POST", f"/learners/{site.ids['she']}/link", "instructor")
    site.call("PATCH", member, "instructor", json={"name": NAME})
    site.call("POST", f"/learners/{site.ids['she']}/export", "she")
    # Somebody else answers the same, so that there is something to keep.
    site.call("POST", "/join", "other", json={**join, "name": "Other", "student_number": "2"})
    site.attempt("other")
    return [NAME, OLD_NAME, "Wally Double", NUMBER, site.ids["she"], site.ids["double"], "7310585", "3331457", "her-own-key"]


def rows_of(url: str) -> str:
    """Every value of every table, read from outside."""
    return "\n".join(repr(look(url, f"SELECT * FROM {name}")) for name in metadata.tables)


def counts(site: Site) -> list[Any]:
    """What is counted without telling whose: of the course, and of everybody."""
    counted: list[Any] = []
    for course in (site.ids["course"], OPEN_COURSE):
        report = reporting.class_report(site.database, ADMIN, datetime.now(UTC), course)
        days = [replace(one, learners=0) for one in report.days]
        score = round(report.first_try_score or 0.0, 9)  # added up in another order afterwards
        counted.append((report.attempts, score, report.skills, report.mistakes, days))
        for skill in (None, "chain"):
            of_items = items.items_report(site.database, ADMIN, course, skill).items
            counted.append([(one.item, one.first_tries, one.details and one.details.mistakes) for one in of_items])
    return counted


def test_nothing_is_left_of_an_erased_learner_and_the_counts_are_as_they_were(site: Site, traces: list[str]) -> None:
    before = rows_of(site.url)
    assert all(trace in before for trace in traces if trace != site.ids["double"])
    filled = {name for (name, _) in erasure.ERASED} - {"course_staff"}
    assert [name for name in filled if not look(site.url, f"SELECT count(*) FROM {name}")[0][0]] == []
    counted = counts(site)
    assert site.call("DELETE", f"/learners/{site.ids['she']}", "instructor").status_code == 204

    after = rows_of(site.url)
    assert [trace for trace in traces if trace in after] == []
    if site.url.startswith("sqlite"):
        path = Path(site.url.removeprefix("sqlite:///"))
        copy = path.with_name("backup.db")
        backup.back_up(site.url, copy, lambda *_: None)
        for file in (path, path.with_name(f"{path.name}-wal"), copy):
            content = file.read_bytes()
            assert [trace for trace in traces if trace.encode() in content] == [], file.name
    assert site.call("GET", "/me", "she").status_code == 401
    assert counts(site) == counted
    lines = look(site.url, "SELECT detail FROM audit WHERE action = 'erasure'")
    assert lines == [("The data of a learner were erased: 3 answers.",)]
    moments = look(site.url, "SELECT day FROM outcomes")
    assert {str(day) for (day,) in moments} == {datetime.now(UTC).date().isoformat()}  # and no time of it


def test_every_reference_to_an_account_is_erased() -> None:
    """A new table that refers to accounts must say here what becomes of an erased learner's rows."""
    references = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.column is accounts.c.id for key in column.foreign_keys)
    }
    assert references == set(erasure.ERASED)


def test_the_file_holds_everything_but_secrets_and_what_is_sealed(site: Site, traces: list[str]) -> None:
    answer = site.call("POST", f"/learners/{site.ids['she']}/export", "she")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    taken = answer.json()
    assert {"accounts", "audit", *(name for name, _ in erasure.ERASED)} <= set(taken)
    assert [name for name, _ in erasure.ERASED if not taken[name]] == ["course_staff"]
    assert taken["accounts"][0]["name"] == NAME and taken["memberships"][0]["student_number"] == NUMBER
    assert taken["attempts"][1]["answer_sent"] == TYPED
    assert [bool(one["key"]) for one in taken["attempts"]] == [False, False, True]  # as far as she may see it
    handed_in, _, saved = sorted(taken["tries"], key=lambda one: (one["draft_at"] is not None, one["number"]))
    assert handed_in["record"]["answer_sent"] == TYPED and saved["draft"] == DRAFT
    sealed = {row[0] for row in look(site.url, "SELECT question_id FROM tries")}
    assert not any(question in answer.text for question in sealed)
    hashes = [row[0] for row in look(site.url, "SELECT hash FROM credentials")]
    assert hashes and not any(hash in answer.text for hash in hashes)


def test_who_may(site: Site, traces: list[str]) -> None:
    """Who teaches all of a learner's courses may, and the administrator."""
    she = site.ids["she"]
    rival = Principal(site.ids["administrator"], "instructor", "Rival", "session")
    with pytest.raises(NotFound):
        personal_data.held(site.database, rival, she)
    theirs = site.call("POST", "/courses", "administrator", json={"name": "Elsewhere"}).json()
    her = Principal(she, "learner", NAME, "token")
    site.run(lambda database: joining.join(database, her, theirs["join_code"], NAME, "", datetime.now(UTC)))
    for method, path in (("DELETE", f"/learners/{she}"), ("POST", f"/learners/{she}/export")):
        refused = site.call(method, path, "instructor")
        assert refused.status_code == 403 and "another instructor's course" in refused.json()["detail"]
    with pytest.raises(NotAllowed):
        personal_data.held(site.database, ADMIN, site.ids["instructor"])
    assert site.call("DELETE", f"/learners/{she}", "administrator").status_code == 204
    assert look(site.url, "SELECT count(*) FROM outcome_courses") == [(6,)]  # three attempts, which count in both


def test_a_learner_erases_themselves_on_their_own_page(site: Site) -> None:
    assert site.client.get("/me/erase").status_code == 403
    site.client.cookies.set("session", site.begin_session("Ada Byron"))
    site.client.post(f"/q/{DZ_LESSON}", data={f"dz.{k}": str(entry) for k, entry in enumerate(RIGHT_DZ["dz"])})
    assert "Erase me" in site.client.get("/me").text
    asked = site.client.get("/me/erase").text
    assert "Ada Byron" in asked and "the answer" in asked and "cannot be undone" in asked
    assert look(site.url, "SELECT count(*) FROM attempts") == [(1,)]  # looking erases nothing
    taken = site.client.post("/me/export")
    assert taken.json()["accounts"][0]["name"] == "Ada Byron" and len(taken.json()["attempts"]) == 1
    assert re.search(r'filename="my-data-[\d-]+\.json"', taken.headers["content-disposition"])
    done = site.client.post("/me/erase")
    assert "Everything about you is erased" in done.text and 'session=""' in done.headers["set-cookie"]
    assert "Ada Byron" not in rows_of(site.url)
    assert look(site.url, "SELECT detail, actor_id FROM audit WHERE action = 'erasure'") == [
        ("A learner erased their own data: 1 answer.", None)
    ]
