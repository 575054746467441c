"""Worksheets over HTTP and by command: chosen, printed again the same, for one, for many, for a course; and what is refused."""

import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from app.cli import main
from app.engine.questions import AskedPart, Question
from app.grading.grade import PartGrade
from app.services.questions import find_question
from app.services.worksheets import MOST_ON_A_COPY, MOST_ON_PAPER
from tests.api.site import Site
from tests.services.typed_answers import graded
from tests.web.test_courses import make_course, sign_in

PRINT = "/dashboard/worksheets/print"

# A worksheet reads a roster at most, which is tried on both databases elsewhere.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ids(page: str) -> list[str]:
    """The questions on the sheets, in order, by their permalinks."""
    return re.findall(r'<a [^>]*href="[^"]*/q/([\w-]+)"', page)


def test_what_is_chosen_becomes_an_address_that_prints_the_same_again(site: Site) -> None:
    sign_in(site)
    before = site.rows()
    sent = {"chain.1": "2", "update.2": "1", "seed": "7", "each": "numbered", "copies": "3", "title": "Week <3>"}
    chosen = site.client.get("/dashboard/worksheets/choose", params=sent)
    assert chosen.status_code == 303
    address = chosen.headers["location"]
    assert address == f"{PRINT}?items=chain:1:2:v2,update:2:1:v2&seed=7&copies=3&title=Week+%3C3%3E"
    page = site.client.get(address)
    assert page.text.count('<section class="copy"') == 3 and "Week &lt;3&gt;" in page.text and "Variant 3" in page.text
    assert len(ids(page.text)) == len(set(ids(page.text))) == 9
    assert page.text.count("<svg") == 9 and 'aria-label="QR picture of http://testserver/q/chain-n1-v2-' in page.text
    assert site.client.get(address).text == page.text and site.rows() == before
    answers = site.client.get(address.replace("/print?", "/answers?")).text
    assert ids(answers) == ids(page.text)
    for question_id in ids(page.text):
        assert site.client.get(f"/q/{question_id}").status_code == 200


def test_one_for_all_is_the_sheet_of_its_questions(site: Site) -> None:
    sign_in(site)
    page = site.client.get(f"{PRINT}?items=chain-n1-v1-lesson,jacobian:3&seed=1").text
    assert page.count('<section class="copy"') == 1 and "Variant" not in page and "Name" in page
    assert ids(page)[0] == "chain-n1-v1-lesson" and page.count('class="box"') == 4 + 16


def test_a_course_gets_a_copy_for_each_learner_whoever_comes_later(site: Site) -> None:
    sign_in(site)
    course, _ = make_course(site)
    course_id = course.rpartition("/")[2]
    nobody = site.client.get("/dashboard/worksheets/choose", params={"chain.1": "1", "each": "course", "course": course_id})
    assert nobody.status_code == 422 and "Nobody is in this course yet." in nobody.text
    site.client.post(f"{course}/import", data={"list": "Zoë,12\nada,7"})
    address = f"{PRINT}?items=chain:1:2&seed=7&course={course_id}"
    first = site.client.post(address).text
    assert re.findall(r'<p class="whose"><strong>(.*?)</strong> <span>(.*?)</span>', first) == [("ada", "7"), ("Zoë", "12")]
    site.client.post(f"{course}/import", data={"list": "Bea,8"})
    later = site.client.post(address).text
    assert ids(later)[:2] == ids(first)[:2] and ids(later)[4:] == ids(first)[2:] and len(set(ids(later))) == 6
    sign_in(site, "rival@example.org")
    before = site.rows()
    assert site.client.get(address).status_code == site.client.post(address).status_code == 404
    assert site.rows() == before
    assert "Nets" not in site.client.get("/dashboard/worksheets").text


def test_a_worksheet_with_names_is_written_down_when_it_is_taken(site: Site) -> None:
    sign_in(site)
    course, _ = make_course(site)
    course_id = course.rpartition("/")[2]
    site.client.post(f"{course}/import", data={"list": "Zoë,12\nada,7"})
    before = site.rows()
    sent = {"chain.1": "2", "seed": "7", "each": "course", "course": course_id}
    address = site.client.get("/dashboard/worksheets/choose", params=sent).headers["location"]
    offered = site.client.get(address)
    assert offered.status_code == 200 and "Zoë" not in offered.text and "2 copies, one for each learner of Nets" in offered.text
    assert site.rows() == before
    taken = [unescape(one) for one in re.findall(r'<form method="post" action="(/dashboard/worksheets/[^"]+)"', offered.text)]
    assert taken == [address, address.replace("/print?", "/answers?")]
    for one in taken:
        assert "Zoë" in site.client.post(one).text
    assert site.client.post("/dashboard/worksheets/print?items=chain").status_code == 422  # of no course
    assert site.client.post(f"{PRINT}?items=nothing&course={course_id}").status_code == 422
    assert site.rows() == before | {"audit": before["audit"] + 2}
    trail = site.client.get("/dashboard/audit?action=export").text
    for words in ("Worksheets", "Answer sheets"):
        assert f"{words} with the names of Nets &amp; more went out to be printed." in trail


def numbers(cell: str) -> np.ndarray:
    rows = [re.findall(r"<span>(.*?)</span>", line) for line in cell.split("<br>")]
    return np.array([[float(text.replace("−", "-")) for text in row] for row in rows])


def words(title: str) -> str:
    """As the registry has them: what is raised stands after a caret."""
    caret = title.replace('<span class="visually-hidden"> to the power </span>', "^")
    return unescape(re.sub("<.*?>", "", caret)).replace("\u00a0", " ")


def marked(page: str, question: Question) -> list[dict[str, np.ndarray]]:
    """The tables of the answer sheet of one question: row by title."""
    tables = re.findall(r'<table class="keys">(.*?)</table>', page, re.DOTALL)
    read = []
    for table, part in zip(tables, question.parts, strict=True):
        rows = re.findall(r'<th scope="(?:row|col)">(.*?)</th>\s*<td class="numbers[^"]*">(.*?)</td>', table, re.DOTALL)
        titled = [(words(title), numbers(cell)) for title, cell in rows]
        assert titled[0][1].size == part.key.size
        read.append({"key": titled[0][1], **dict(titled[1:])})
    return read


@pytest.mark.parametrize(
    "items", ["chain:1", "comprehension:2", "jacobian:1", "update:3", "backward-pass:3", "delta-n1-v1-lesson"]
)
def test_the_answer_sheet_tells_what_grading_would(site: Site, items: str) -> None:
    """Every number on it, typed: the key and both ends are right, a thousandth beyond is not, and a mistake is that mistake."""
    sign_in(site)
    page = site.client.get(f"/dashboard/worksheets/answers?items={items}&seed=7").text
    (question_id,) = ids(page)
    question = find_question(question_id)
    sheets = marked(page, question)
    keys = {part.symbol: sheet["key"].reshape(part.shape) for part, sheet in zip(question.parts, sheets, strict=True)}
    assert graded(question, keys).correct
    for k, (part, sheet) in enumerate(zip(question.parts, sheets, strict=True)):

        def told(value: np.ndarray, part: AskedPart = part, k: int = k) -> PartGrade:
            """What grading says of this part, the others being right."""
            return graded(question, keys | {part.symbol: np.round(value, 4).reshape(part.shape)}).parts[k]

        least, most = sheet.pop("right from"), sheet.pop("right to")
        assert np.all(told(least).entries) and np.all(told(most).entries)
        for beyond in (told(least - 0.001), told(most + 0.001)):
            assert beyond.verdict == "followed-through" or not np.any(beyond.entries)
        assert np.allclose(sheet.pop("tolerance ±"), part.tolerance.reshape(least.shape), atol=5e-5)
        del sheet["key"]
        assert len(sheet) >= 2
        for title, value in sheet.items():
            mistake = told(value).misconception
            assert mistake is not None and mistake.title == title


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose at least one question."),
        ({"chain.1": "51"}, f"at most {MOST_ON_A_COPY} can be taken"),
        ({"chain.1": "5", "each": "numbered", "copies": "301"}, f"1505 questions in all; at most {MOST_ON_PAPER}"),
        ({"chain.1": "5", "each": "numbered", "copies": "0"}, "at least one copy"),
        ({"chain.1": "5", "each": "numbered", "copies": "many"}, "How many copies is a whole number."),
        ({"chain.1": "5", "each": "course", "course": ""}, "Choose a course."),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_as_it_was_typed(site: Site, sent: dict[str, str], words: str) -> None:
    sign_in(site)
    page = site.client.get("/dashboard/worksheets/choose", params=sent)
    assert page.status_code == 422 and words in page.text
    assert all(f'value="{value}"' in page.text for value in sent.values() if value.isdigit())
    assert (
        site.client.get("/dashboard/worksheets/choose", params={"chain.1": "1", "each": "course", "course": "x"}).status_code
        == 404
    )


def test_the_command_writes_files_that_stand_alone(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*words: str) -> str:
        given = ["chain:1:2", "update", "--seed", "7", "--output", str(tmp_path / "w.html"), *words]
        done = CliRunner().invoke(main, ["worksheet", *given])
        assert done.exit_code == 0, done.output
        return (tmp_path / "w.html").read_text("utf-8")

    page = run("--copies", "2", "--address", "https://quiz.example.org/")
    sign_in(site)
    by_page = site.client.get(f"{PRINT}?items=chain:1:2,update&seed=7&copies=2").text
    assert ids(page) == ids(by_page) and page.count("https://quiz.example.org/q/chain-") == 2 * 2 * 2
    assert ids((tmp_path / "w-answers.html").read_text("utf-8")) == ids(page)
    assert not re.search(r'(src|href)="(?!https://quiz\.example\.org/q/)', page) and 'url("data:font/woff2' in page
    assert run("--copies", "2", "--address", "https://quiz.example.org") == page

    course, _ = make_course(site)
    site.client.post(f"{course}/import", data={"list": "Zoë\nAda"})
    monkeypatch.setenv("QUIZ_DATABASE_URL", site.url)
    before = site.rows()["audit"]
    assert re.findall("<strong>(.*?)</strong>", run("--course", course.rpartition("/")[2])) == ["Ada", "Zoë"]
    assert site.rows()["audit"] == before + 1
    trail = site.client.get("/dashboard/audit?action=export").text
    assert "Worksheets and answer sheets with the names of Nets &amp; more went out to be printed." in trail
    refused = CliRunner().invoke(main, ["worksheet", "chain", "--course", "nothing"])
    assert refused.exit_code == 1 and "There is no such course." in refused.output
    assert CliRunner().invoke(main, ["worksheet", "chain:1:51"]).exit_code == 1
    assert CliRunner().invoke(main, ["worksheet", "chain", "--course", "x", "--copies", "2"]).exit_code == 2
