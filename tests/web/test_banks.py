"""Question banks over HTTP and by command: the same file each way, for instructors, and nothing is written for one."""

import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.services.question_banks import FORMATS, MOST_IN_A_BANK
from tests.api.site import Site, assert_problem
from tests.web.test_courses import sign_in

# A bank holds nothing of the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASKED = {"chain.1": "120", "update.2": "80", "seed": "7"}


def test_the_same_bank_by_page_by_rest_and_by_command(site: Site, tmp_path: Path) -> None:
    sign_in(site)
    before = site.rows()
    chosen = site.client.get("/dashboard/banks/choose", params={**ASKED, "format": "moodle"})
    assert (chosen.status_code, chosen.headers["location"]) == (
        303,
        "/dashboard/banks/moodle?items=chain:1:120:v2,update:2:80:v2&seed=7",
    )
    by_page = site.client.get(chosen.headers["location"])
    assert by_page.headers["content-disposition"] == 'attachment; filename="sigmoid-quiz-moodle-7.xml"'
    assert by_page.headers["content-type"] == "application/xml" and by_page.text.count('<question type="cloze">') == 200
    site.client.cookies.clear()
    path = "/question-banks/moodle?items=chain:1:120,update:2:80&seed=7"
    for who in ("instructor", "integration"):
        assert site.call("GET", path, who).content == by_page.content
    file = tmp_path / "bank.xml"
    made = CliRunner().invoke(main, ["bank", "moodle", "chain:1:120", "update:2:80", "--seed", "7", "--output", str(file)])
    assert made.exit_code == 0 and "200 questions, seed 7" in made.output, made.output
    assert file.read_bytes() == by_page.content
    assert site.rows() == before  # a bank holds nothing of a class


def test_a_package_for_qti(site: Site) -> None:
    answer = site.call("GET", "/question-banks/qti?items=chain:1:2,chain-n1-v1-lesson", "instructor")
    assert answer.headers["content-type"] == "application/zip"
    assert len(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()) == 3 + 2
    assert answer.content != site.call("GET", "/question-banks/qti?items=chain:1:2,chain-n1-v1-lesson", "instructor").content


def test_a_bank_of_choices_by_page_by_rest_and_by_command(site: Site, tmp_path: Path) -> None:
    sign_in(site)
    sent = {**ASKED, "format": "moodle", "question_format": "choice"}
    address = site.client.get("/dashboard/banks/choose", params=sent).headers["location"]
    assert address == "/dashboard/banks/moodle?items=chain:1:120:v2,update:2:80:v2&seed=7&question_format=choice"
    by_page = site.client.get(address)
    assert by_page.headers["content-disposition"] == 'attachment; filename="sigmoid-quiz-moodle-choice-7.xml"'
    assert by_page.text.count('<question type="multichoice">') == 120 and by_page.text.count('<question type="cloze">') == 80
    path = "/question-banks/moodle?items=chain:1:120,update:2:80&seed=7&question_format=choice"
    assert site.call("GET", path, "instructor").content == by_page.content
    file = tmp_path / "bank.xml"
    words = ["bank", "moodle", "chain:1:120", "update:2:80", "--choose", "--seed", "7", "--output", str(file)]
    assert CliRunner().invoke(main, words).exit_code == 0
    assert file.read_bytes() == by_page.content
    assert_problem(site.call("GET", "/question-banks/qti?items=chain-n1-v1-lesson&question_format=choice", "instructor"), 422)
    assert_problem(site.call("GET", "/question-banks/qti?items=chain&question_format=essay", "instructor"), 422)


def test_what_cannot_be_taken_is_said(site: Site) -> None:
    for query, pointer in (
        ("items=", "/items"),
        ("items=chain:1:501", "/items"),
        ("items=nothing", "/items"),
        ("items=chain&seed=-1", "/seed"),
        ("items=chain&seed=x", "/seed"),
        ("", "/items"),
    ):
        problem = assert_problem(site.call("GET", f"/question-banks/qti?{query}", "instructor"), 422)
        assert problem["errors"][0]["pointer"] == pointer, query
    assert_problem(site.call("GET", "/question-banks/gift?items=chain", "instructor"), 422)
    assert_problem(site.call("GET", "/question-banks/qti?items=chain", "learner"), 403)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose at least one question."),
        ({"chain.1": "many"}, "how many is a whole number"),
        ({"chain.1": "400", "delta.1": "200"}, f"600 questions; at most {MOST_IN_A_BANK}"),
        ({"chain.1": "2", "seed": "−7"}, "A seed is a whole number."),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_as_it_was_typed(site: Site, sent: dict[str, str], words: str) -> None:
    sign_in(site)
    page = site.client.get("/dashboard/banks/choose", params=sent)
    assert page.status_code == 422 and words in page.text
    for name, value in sent.items():
        assert f'name="{name}"' in page.text and f'value="{value}"' in page.text


def test_the_page_says_what_each_format_cannot_say(site: Site) -> None:
    sign_in(site)
    text = site.client.get("/dashboard/banks").text
    assert all(line in text for format in FORMATS.values() for line in (*format.unsaid, *format.unsaid_of_choices))


def test_the_command_says_what_is_wrong(site: Site) -> None:
    told = CliRunner().invoke(main, ["bank", "qti", "chain:9"])
    assert told.exit_code == 1 and "a level is 1, 2 or 3" in told.output
