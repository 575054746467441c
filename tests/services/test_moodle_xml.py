"""Our Moodle XML through a reader that is not ours, marked by Moodle's own rule for a number, against what the engine says."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from moodle_xml_parser.models import ClozeGap, ClozeOption
from moodle_xml_parser.parser import parse_bytes

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.questions import Question
from app.services.moodle_xml import UNSAID
from app.services.question_banks import write_bank
from app.services.question_sets import read_set
from tests.grading.draws import EVERY
from tests.services.typed_answers import graded, typed_answers
from tests.sizes import size

# What Moodle calls a box: qtype_multianswer's ANSWER_REGEX for a NUMERICAL one, whose feedback ends at an unescaped ~ or }.
NUMBER = r"-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?"
BOX = re.compile(
    rf"\{{([0-9]*):NUMERICAL:((?:=|%-?[0-9]+%)?{NUMBER}(?::{NUMBER})?(?:#.*?(?<!\\)(?=[~}}]))?"
    rf"(?:~(?:=|%-?[0-9]+%)?{NUMBER}(?::{NUMBER})?(?:#.*?(?<!\\)(?=[~}}]))?)*)\}}"
)


def exported(items: str) -> tuple[list[Question], bytes]:
    chosen = read_set(items, 7, 500)
    return chosen.questions(), b"".join(write_bank("moodle", chosen))


def read(xml: bytes) -> list[tuple[str, list[ClozeGap]]]:
    """Name and boxes of each question, as the reader finds them; it takes the braces of TeX for boxes of no kind."""
    questions = parse_bytes(xml)["cloze"]
    return [(one.name, [gap for gap in one.gaps if gap.sub_type == "NUMERICAL"]) for one in questions]


def matching(gap: ClozeGap, value: float) -> ClozeOption | None:
    """qtype_numerical: the first answer within its nominal tolerance, which grows by a trace for binary noise."""
    for option in gap.options:
        number, tolerance = map(float, option.answer.split(":"))
        allowed = tolerance + 1e-14 * max(tolerance, abs(number), 1e-14)
        if number - allowed <= value <= number + allowed:
            return option
    return None


@pytest.mark.parametrize(("skill", "level"), EVERY)
def test_moodle_marks_as_we_do_and_names_only_the_mistake_that_was_made(skill: str, level: int) -> None:
    questions, xml = exported(f"{skill}:{level}:{size(2, 20)}")
    found = read(xml)
    assert [name for name, _ in found] == [str(question.id) for question in questions]
    for question, (_, gaps) in zip(questions, found, strict=True):
        for typed, kind in typed_answers(question):
            grade = graded(question, typed)
            if any(part.verdict == "followed-through" for part in grade.parts):
                continue  # as UNSAID says
            values = np.concatenate([typed[part.symbol].ravel() for part in question.parts])
            options = [matching(gap, value) for gap, value in zip(gaps, values, strict=True)]
            right = [option is not None and option.score == 100 for option in options]
            assert right == [entry for part in grade.parts for entry in np.ravel(part.entries)], (question.id, kind)
            earned = sum(gap.sub_grade * ok for gap, ok in zip(gaps, right, strict=True)) / sum(gap.sub_grade for gap in gaps)
            if skill != "jacobian":  # as UNSAID says
                assert abs(earned - grade.score) < 1e-9
            said = {option.feedback for option in options if option is not None and option.score == 0}
            if kind == "right":
                assert all(right) and not said
            elif kind != "edge":
                title = MISCONCEPTIONS[kind.split()[1]].title
                assert all(feedback and feedback.startswith(f"“{title}” leads") for feedback in said), (question.id, kind)


def test_most_whole_mistakes_are_named_in_some_box() -> None:
    """A Jacobian's and an outer product's boxes tell less; of the rest a silent mistake would be a fault of the export."""
    silent = spoken = 0
    for skill in ("activation", "derivative", "chain", "pre-activation", "input-gradient", "update"):
        questions, xml = exported(f"{skill}:1:{size(4, 40)}")
        for question, (_, gaps) in zip(questions, read(xml), strict=True):
            for typed, kind in typed_answers(question):
                if kind in ("right", "edge"):
                    continue
                values = np.concatenate([typed[part.symbol].ravel() for part in question.parts])
                options = [matching(gap, value) for gap, value in zip(gaps, values, strict=True)]
                told = any(option is not None and option.score == 0 for option in options)
                silent, spoken = silent + (not told), spoken + told
    assert spoken > 50 and silent <= 0.05 * (spoken + silent), (spoken, silent)


def test_every_box_is_one_to_moodle_itself() -> None:
    questions, xml = exported(",".join(f"{skill}:{level}:2" for skill, level in EVERY))
    root = ElementTree.fromstring(xml)
    sheets = [one.findtext("questiontext/text") or "" for one in root.iter("question") if one.get("type") == "cloze"]
    assert len(sheets) == len(questions) == 66
    for question, sheet in zip(questions, sheets, strict=True):
        boxes = BOX.findall(sheet)
        assert len(boxes) == sum(part.key.size for part in question.parts) == sheet.count(":NUMERICAL:"), question.id
        assert not re.search(r"\{[0-9]*:", BOX.sub("", sheet))  # nothing half a box


def test_the_file_says_what_it_is_and_what_moodle_cannot_say() -> None:
    questions, xml = exported("chain:1:150,update:2:100,chain-n1-v1-lesson,chain-n1-v1-lesson")
    text = xml.decode()
    assert len(questions) == 252 and len(read(xml)) == 251  # named twice, and in it once
    assert "chain:1:150:v2,update:2:100:v2,chain-n1-v1-lesson,chain-n1-v1-lesson, seed 7" in text
    root = ElementTree.fromstring(xml)
    categories = [one for one in root.iter("question") if one.get("type") == "category"]
    assert len(categories) == 3
    for line in UNSAID:
        assert line in text.split("<quiz>")[0]
        assert all(line in (one.findtext("info/text") or "") for one in categories)
    assert {one.findtext("idnumber") for one in root.iter("question")} - {None} == {str(one.id) for one in questions}
    assert exported("chain:1:150,update:2:100,chain-n1-v1-lesson,chain-n1-v1-lesson")[1] == xml
