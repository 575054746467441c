"""Our Moodle XML through a reader that is not ours, marked by Moodle's own rule for a number, against what the engine says."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from moodle_xml_parser.models import ClozeGap, ClozeOption, MultiChoiceQuestion
from moodle_xml_parser.parser import parse_bytes

from app.engine.misconceptions import MISCONCEPTIONS
from app.engine.questions import Question
from app.services.moodle_xml import UNSAID, UNSAID_OF_CHOICES
from app.services.question_banks import write_bank
from app.services.question_sets import QuestionFormat, read_set
from tests.grading.draws import EVERY
from tests.services.typed_answers import choices_of, graded, graded_choice, typed_answers
from tests.sizes import size

# What Moodle calls a box: qtype_multianswer's ANSWER_REGEX for a NUMERICAL one, whose feedback ends at an unescaped ~ or }.
NUMBER = r"-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?"
BOX = re.compile(
    rf"\{{([0-9]*):NUMERICAL:((?:=|%-?[0-9]+%)?{NUMBER}(?::{NUMBER})?(?:#.*?(?<!\\)(?=[~}}]))?"
    rf"(?:~(?:=|%-?[0-9]+%)?{NUMBER}(?::{NUMBER})?(?:#.*?(?<!\\)(?=[~}}]))?)*)\}}"
)

# The same of radio buttons: an answer ends at an unescaped ~, # or }.
ALTERNATIVE = r"(?:=|%-?[0-9]+%)?.+?(?<!\\)(?=[~#}])(?:#.*?(?<!\\)(?=[~}]))?"
RADIO = re.compile(rf"\{{([0-9]*):MCV:({ALTERNATIVE}(?:~{ALTERNATIVE})*)\}}")


def exported(items: str, format: QuestionFormat = "numeric") -> tuple[list[Question], bytes]:
    chosen = read_set(items, 7, 500, format)
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


def shown_numbers(text: str) -> list[float]:
    return [float(number.replace("−", "-")) for number in re.findall(r"[-−]?[0-9]+\.[0-9]{3}", text)]


@pytest.mark.parametrize(("skill", "level"), EVERY)
def test_a_choice_has_our_options_and_each_wrong_one_names_its_mistake(skill: str, level: int) -> None:
    questions, xml = exported(f"{skill}:{level}:{size(3, 30)}", "choice")
    found = parse_bytes(xml)
    of_one_part: list[MultiChoiceQuestion] = found["multichoice"]
    of_several = [[gap for gap in one.gaps if gap.sub_type == "MCV"] for one in found["cloze"]]
    assert not (of_one_part and of_several) and len(of_one_part or of_several) == len(questions)
    for k, question in enumerate(questions):
        if of_one_part:
            assert of_one_part[k].name == str(question.id) and of_one_part[k].single and not of_one_part[k].shuffle_answers
            read_parts = [[(one.answer, one.score_fraction, one.feedback) for one in of_one_part[k].options]]
        else:
            assert [gap.sub_grade for gap in of_several[k]] == [1] * len(question.parts)
            read_parts = [[(one.answer, one.score, one.feedback) for one in gap.options] for gap in of_several[k]]
        for part, options in zip(question.parts, read_parts, strict=True):
            assert part.options is not None
            for option, (text, _, _) in zip(part.options, options, strict=True):
                assert shown_numbers(text) == option.value.ravel().tolist()
        for chosen in choices_of(question):
            grade = graded_choice(question, chosen)
            earned = 0.0
            for part, graded_part, options in zip(question.parts, grade.parts, read_parts, strict=True):
                _, fraction, feedback = options["abcd".index(chosen[part.symbol])]
                earned += fraction / 100 / len(question.parts)
                mistake = graded_part.misconception
                assert feedback is not None and feedback.startswith(
                    f"“{mistake.title}” leads to these values. {mistake.feedback}" if mistake else "These are the right values."
                ), (question.id, chosen)
            assert abs(earned - grade.score) < 1e-9, (question.id, chosen)


def test_every_list_of_radio_buttons_is_one_to_moodle_itself() -> None:
    questions, xml = exported("comprehension:1:9,update:2:9,backward-pass:3:9", "choice")
    sheets = [one.findtext("questiontext/text") or "" for one in ElementTree.fromstring(xml).iter("question")]
    for question, sheet in zip(questions, [one for one in sheets if one], strict=True):
        found = RADIO.findall(sheet)
        assert len(found) == len(question.parts), question.id
        for weight, options in found:
            assert weight == "1" and len(re.split(r"(?<!\\)~", options)) == 4
        assert not re.search(r"\{[0-9]*:", RADIO.sub("", sheet))
    text = xml.decode()
    assert all(line in text.split("<quiz>")[0] for line in UNSAID_OF_CHOICES) and "level 2, choice" in text
