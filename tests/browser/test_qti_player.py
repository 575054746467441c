"""Our QTI items in a player that is not ours and is certified for QTI 3: it shows them, marks answers, and says what we would."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from app.engine.questions import Question
from app.services.qti_package import write_item
from app.services.question_sets import read_set
from tests.grading.draws import EVERY
from tests.services.typed_answers import Typed, choices_of, graded, graded_choice, typed_answers
from tests.sizes import FULL

MODULES = Path(__file__).parents[2] / "node_modules"
SCRIPTS = (MODULES / "vue/dist/vue.min.js", MODULES / "qti3-item-player/dist/qti3Player.umd.min.js")
SKILLS = list(dict.fromkeys(skill for skill, _ in EVERY))

MOUNT = """() => new Promise((mounted) => {
  console.log = () => {};  // it tells every step, which takes longer than the step
  new Vue({ render: (h) => h(qti3Player, {
    props: { suppressAlertMessages: true, suppressInvalidResponseMessages: true },
    on: {
      notifyQti3PlayerReady: (player) => { window.player = player; mounted(); },
      notifyQti3ItemReady: () => window.itemReady(),
      notifyQti3EndAttemptCompleted: (data) => window.ended(data.state),
    },
  }) }).$mount("#player");
})"""
LOAD = """([xml, feedback]) => new Promise((ready) => {
  window.itemReady = ready;
  const sessionControl = { max_attempts: 0, show_feedback: feedback, validate_responses: false,
    maxAttempts: 0, showFeedback: feedback, validateResponses: false };
  player.loadItemFromXml(xml, { guid: String(Math.random()), status: "interacting", sessionControl });
})"""
ANSWER = """async (answers) => {
  const told = [];
  for (const answer of answers) {
    document.querySelectorAll("input").forEach((box, k) => {
      box.value = answer[k];
      for (const kind of ["input", "keyup", "change", "blur"]) box.dispatchEvent(new Event(kind, { bubbles: true }));
    });
    const state = await new Promise((ended) => { window.ended = ended; player.endAttempt("marked"); });
    told.push(Object.fromEntries(state.outcomeVariables.map((one) => [one.identifier, one.value])));
  }
  return told;
}"""


CHOOSE = """async (answers) => {
  const told = [];
  for (const answer of answers) {
    const groups = [...document.querySelectorAll(".qti-choice-interaction")];
    answer.forEach((choice, k) => groups[k].querySelectorAll("[role=radio]")[choice].click());
    const state = await new Promise((ended) => { window.ended = ended; player.endAttempt("marked"); });
    told.push(Object.fromEntries(state.outcomeVariables.map((one) => [one.identifier, one.value])));
  }
  return told;
}"""


@pytest.fixture(scope="module")
def player(browser: Browser) -> Iterator[Page]:
    missing = [path for path in SCRIPTS if not path.exists()]
    assert not missing, f"{missing[0]} is not there: run `make setup`"
    page = browser.new_page(viewport={"width": 900, "height": 900})
    page.set_content('<!doctype html><meta charset="utf-8"><title>Player</title><div id="player"></div>')
    page.add_style_tag(path=MODULES / "qti3-item-player/dist/qti3Player.css")
    for script in SCRIPTS:
        page.add_script_tag(path=script)
    page.evaluate(MOUNT)
    yield page
    page.close()


def mark(player: Page, question: Question, answers: list[Typed], feedback: bool = False) -> list[dict[str, Any]]:
    """What the player makes of each answer: outcome variables by name."""
    player.evaluate(LOAD, [write_item(question), feedback])
    boxes = [
        [
            "" if np.isnan(value) else f"{value:.7f}".rstrip("0").rstrip(".")
            for part in question.parts
            for value in typed[part.symbol].ravel()
        ]
        for typed in answers
    ]
    assert player.locator("input").count() == len(boxes[0])
    told: list[dict[str, Any]] = player.evaluate(ANSWER, boxes)
    return told


@pytest.mark.parametrize("skill", SKILLS)
def test_it_scores_as_we_do_and_names_the_same_mistake(player: Page, skill: str) -> None:
    named = 0
    for level in (1, 2, 3) if FULL else (1 + SKILLS.index(skill) % 3,):
        (question,) = read_set(f"{skill}:{level}", 7, 1).questions()
        every = [(typed, kind, graded(question, typed)) for typed, kind in typed_answers(question)]
        answers = [one for one in every if all(part.verdict != "followed-through" for part in one[2].parts)]  # as UNSAID says
        told = mark(player, question, [typed for typed, _, _ in answers])
        for (_, kind, grade), outcome in zip(answers, told, strict=True):
            assert outcome["SCORE"] == pytest.approx(grade.score, abs=1e-9), (question.id, kind)
            for part in grade.parts:
                mistake = outcome[f"MISTAKE_{part.symbol}"]
                if kind.startswith(f"{part.symbol} "):  # one wrong rule, worked through
                    assert mistake == kind.split()[1] == (part.misconception and part.misconception.code), question.id
                    named += 1
                elif kind != "edge":
                    assert mistake is None, (question.id, kind)
    assert named >= 4


def test_an_empty_box_earns_nothing_and_costs_the_others_nothing(player: Page) -> None:
    for skill, left in (("chain", 3 / 4), ("jacobian", 2 / 3), ("update", 7 / 8)):
        (question,) = read_set(f"{skill}:1", 7, 1).questions()
        right, _ = next(typed_answers(question))
        first = question.parts[0].symbol
        holed = right | {first: np.where(np.arange(right[first].size).reshape(right[first].shape) == 0, np.nan, right[first])}
        empty = {symbol: np.full_like(value, np.nan) for symbol, value in right.items()}
        some, none = mark(player, question, [holed, empty])
        assert (some["SCORE"], none["SCORE"]) == (pytest.approx(left, abs=1e-9), 0), skill
        assert not some[f"MISTAKE_{first}"] and not none[f"MISTAKE_{first}"]


def test_it_shows_the_question_and_the_feedback(player: Page, screenshots: Path) -> None:
    (question,) = read_set("comprehension:1", 7, 1).questions()
    typed = next(typed for typed, kind in typed_answers(question) if kind == "dz h-for-derivative")
    mark(player, question, [typed], feedback=True)
    player.screenshot(path=screenshots / "qti-player.png", full_page=True)
    text = player.inner_text("body")
    assert "What is needed here is how fast that changes with z" in text
    assert player.locator("math mtable:visible").count() == 2  # z and dh; the worked way is for those who score


@pytest.mark.parametrize("skill", SKILLS)
def test_a_choice_scores_as_we_do_and_each_wrong_option_names_its_mistake(player: Page, skill: str, screenshots: Path) -> None:
    (question,) = read_set(f"{skill}:{1 + SKILLS.index(skill) % 3}", 7, 1, "choice").questions()
    player.evaluate(LOAD, [write_item(question), False])
    answers = list(choices_of(question))
    clicked = [["abcd".index(chosen[part.symbol]) for part in question.parts] for chosen in answers]
    told = player.evaluate(CHOOSE, clicked)
    player.screenshot(path=screenshots / f"qti-choice-{skill}.png", full_page=True)
    for chosen, outcome in zip(answers, told, strict=True):
        grade = graded_choice(question, chosen)
        assert outcome["SCORE"] == pytest.approx(grade.score, abs=1e-9), (question.id, chosen)
        for part in grade.parts:
            assert outcome[f"MISTAKE_{part.symbol}"] == (part.misconception and part.misconception.code), (question.id, chosen)


def test_nothing_chosen_earns_nothing(player: Page) -> None:
    (question,) = read_set("comprehension:1", 7, 1, "choice").questions()
    player.evaluate(LOAD, [write_item(question), False])
    (outcome,) = player.evaluate(CHOOSE, [[]])
    assert outcome["SCORE"] == 0 and not outcome["MISTAKE_h"]
