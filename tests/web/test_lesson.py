"""The lesson and walks over HTTP: what is free leaves no trace, what costs says so before and is noted."""

import re
from html import unescape
from pathlib import Path

import pytest

from app.engine.question_id import lesson_id, parse_question_id
from app.engine.questions import build
from app.engine.skills import FORMATS, LEVELS, SKILLS
from app.engine.solutions import solution_steps
from app.persistence.migrate import upgrade
from app.web.chapters import SECTIONS
from tests.api.site import Site, drawn, open_site
from tests.persistence.samples import look

CHAIN = "chain-n2-v1-0000000001"
COST = "don’t count as first tries"


def text_of(html: str) -> str:
    """What is read aloud, roughly: without tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def answer(site: Site, question_id: str, right: bool) -> str:
    """Answers as the browser would; returns the address of the attempt."""
    question = build(parse_question_id(question_id))
    data = {}
    for part in question.parts:
        for place, value in enumerate(part.key.ravel()):
            data[f"{part.symbol}.{place}"] = f"{value:.3f}" if right else "9"
    return str(site.client.post(f"/q/{question_id}", data=data).headers["location"])


def first_tries(site: Site) -> list[bool]:
    return [bool(row[0]) for row in look(site.url, "SELECT first_try FROM attempts ORDER BY id")]


def strict(html: str) -> bool:
    return not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_a_walk_is_closed_until_it_is_asked_for(site: Site) -> None:
    before = site.rows()
    gate = site.client.get(f"/q/{CHAIN}/walk?step=2")
    assert gate.status_code == 200 and "set-cookie" not in gate.headers
    assert COST in gate.text and "Start the walk" in gate.text
    assert 'id="walk"' not in gate.text
    assert 'href="/q/chain-n1-v1-lesson/walk"' in gate.text
    assert site.rows() == before

    asked = site.client.post(f"/q/{CHAIN}/walk")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/q/{CHAIN}/walk")
    after = site.rows()
    assert after["solutions_shown"] - before["solutions_shown"] == 1
    assert after["accounts"] - before["accounts"] == 1
    opened = site.client.get(asked.headers["location"])
    assert 'id="walk"' in opened.text and COST not in opened.text
    answer(site, CHAIN, right=True)
    assert first_tries(site) == [False]

    site.client.post(f"/q/{CHAIN}/walk")
    assert site.rows()["solutions_shown"] == after["solutions_shown"]

    site.client.cookies.clear()
    assert 'id="walk"' not in site.client.get(f"/q/{CHAIN}/walk").text


def test_a_drill_goes_on_over_a_walk_and_a_check(site: Site) -> None:
    drill = "?drill=one-minus-h"
    gate = site.client.get(f"/q/{CHAIN}/walk{drill}")
    assert 'name="drill" value="one-minus-h"' in gate.text
    asked = site.client.post(f"/q/{CHAIN}/walk", data={"drill": "one-minus-h"})
    assert asked.headers["location"] == f"/q/{CHAIN}/walk{drill}"
    first = site.client.get(asked.headers["location"])
    assert f"/q/{CHAIN}/walk?step=1&amp;drill=one-minus-h" in first.text
    assert f'href="/q/{CHAIN}{drill}"' in site.client.get(f"/q/{CHAIN}/check{drill}").text
    last = site.client.get(f"/q/{CHAIN}/walk?step=3&drill=one-minus-h")
    assert "/practice/drill?mistake=one-minus-h" in last.text


def test_a_walk_opens_with_a_right_answer_and_not_with_a_wrong_one(site: Site) -> None:
    attempt = site.client.get(answer(site, CHAIN, right=False))
    assert ">Walk through it<" not in attempt.text
    assert 'id="walk"' not in site.client.get(f"/q/{CHAIN}/walk").text
    attempt = site.client.get(answer(site, CHAIN, right=True))
    assert ">Walk through it<" in attempt.text
    assert 'id="walk"' in site.client.get(f"/q/{CHAIN}/walk").text
    assert site.rows()["solutions_shown"] == 0


@pytest.mark.parametrize("skill", SKILLS)
def test_the_lessons_own_walks_are_free(site: Site, skill: str) -> None:
    before = site.rows()
    question_id = str(lesson_id(skill))
    steps = solution_steps(build(lesson_id(skill)))
    for step in range(len(steps) + 2):  # one too far is the last
        shown = site.client.get(f"/q/{question_id}/walk?step={step}")
        assert shown.status_code == 200 and strict(shown.text)
        assert "costs nothing" in shown.text
        assert shown.text.count("worked out now") == (step > 0)
        assert (f"walk?step={step + 1}" in shown.text) == (step < len(steps))
    assert site.client.post(f"/q/{question_id}/walk").status_code == 303
    assert site.rows() == before


def test_every_kind_of_question_can_be_walked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'quiz.db'}"
    upgrade(url)
    with open_site(url) as site:
        for skill in SKILLS:
            for level in LEVELS:
                for format in FORMATS:
                    question = drawn(skill, level, format, seed=3)
                    address = f"/q/{question.id}/walk"
                    site.client.post(address)
                    for step in range(len(solution_steps(question)) + 1):
                        shown = site.client.get(f"{address}?step={step}")
                        assert shown.status_code == 200 and 'id="walk"' in shown.text and strict(shown.text)


@pytest.mark.parametrize("step", ["-1", "x", "1e3", "٣", "9" * 30])
def test_a_step_that_is_no_number_is_refused(site: Site, step: str) -> None:
    assert 400 <= site.client.get("/q/chain-n1-v1-lesson/walk", params={"step": step}).status_code < 500


@pytest.mark.parametrize("address", ["walk", "check"])
def test_what_is_no_question_has_neither_walk_nor_check(site: Site, address: str) -> None:
    for question_id in ("chain", "chain-n1-v9-lesson", "nothing-n1-v1-lesson"):
        assert site.client.get(f"/q/{question_id}/{address}").status_code == 404
        assert site.client.post(f"/q/{question_id}/{address}").status_code == 404


def test_another_site_may_not_ask_for_a_visitor(site: Site) -> None:
    before = site.rows()
    for address in ("walk", "check"):
        headers = {"Sec-Fetch-Site": "cross-site"}
        assert site.client.post(f"/q/{CHAIN}/{address}", headers=headers).status_code == 403
    assert site.rows() == before


def test_the_lesson_leaves_no_trace_and_leads_everywhere(site: Site) -> None:
    before = site.rows()
    lesson = site.client.get("/lesson")
    assert lesson.status_code == 200 and "set-cookie" not in lesson.headers and strict(lesson.text)
    for section in SECTIONS:
        assert lesson.text.count(f'id="{section.anchor}"') == 1
        assert f'href="#{section.anchor}"' in lesson.text
        assert f'href="/q/{section.skill}-n1-v1-lesson/walk"' in lesson.text
    ids = re.findall(r'\sid="([^"]+)"', lesson.text)
    assert len(ids) == len(set(ids))
    inside = set(re.findall(r'href="(/(?:practice|q|exercise|lesson)[^"]*)"', lesson.text))
    assert len(inside) > 15
    for address in inside:
        assert site.client.get(unescape(address)).status_code in (200, 303), address
    assert site.rows() == before


def test_the_lesson_reads_its_numbers_from_the_engine(site: Site) -> None:
    words = text_of(site.client.get("/lesson").text)
    for number in ("0.881", "−0.197", "2.037", "0.151", "1.786", "1.722", "0.224704"):
        assert number in words, number
    assert "0.000 0.000" not in words  # structural zeros are written as 0


def test_without_the_lesson_in_the_navigation_nobody_would_find_it(site: Site) -> None:
    assert '<a href="/lesson"' in site.client.get("/").text
