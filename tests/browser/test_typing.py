"""Typing an answer: keys that walk through a vector or a matrix, and pastes that fill it or say why not."""

import json
import random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.test_main_job import QUESTION, SUBMIT

MATRIX = "/gallery"
ROWS = [["0.105", "-0.197", "1e-3", "4"], ["5", "-6.5", "7", "8"], ["9", "10", "-11", "0.012"]]


def paste(page: Page, name: str, text: str) -> None:
    page.evaluate(
        """([name, text]) => {
            const data = new DataTransfer();
            data.setData("text", text);
            const box = document.querySelector(`[name="${name}"]`);
            box.focus();
            box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [name, text],
    )


def values(page: Page, symbol: str) -> list[str]:
    boxes = page.locator(f'[data-part="{symbol}"] input')
    return [box.input_value().replace("−", "-") for box in boxes.all()]


@pytest.mark.parametrize(
    "text",
    [
        "[0.105, -0.197, 0.090, -0.197]",
        "0.105\n-0.197\n0.090\n-0.197",
        "array([ 0.105, -0.197,  0.09 , -0.197])",
        "[ 0.105 -0.197  0.09  -0.197]",
        "[ 0.105 -0.197\n  0.09  -0.197]",
        "[[0.105], [-0.197], [0.09], [-0.197]]",
        "[[ 0.105]\n [-0.197]\n [ 0.09 ]\n [-0.197]]",
        r"\begin{bmatrix} 0.105 \\ -0.197 \\ 0.090 \\ -0.197 \end{bmatrix}",
        "0.105\t-0.197\t0.090\t-0.197",
        "0,105; −0,197; 0,090; −0,197",
        "0,105 -0,197 0,090 -0,197",
        "0.105,-0.197,0.090,-0.197",
    ],
)
def test_a_pasted_vector_fills_every_box(visits: Visits, text: str) -> None:
    page = visits.open()
    page.goto(QUESTION)
    paste(page, "dz.0", text)
    assert [float(value) for value in values(page, "dz")] == [0.105, -0.197, 0.09, -0.197]
    expect(page.locator(".understood")).to_contain_text("Understood 4 numbers")
    expect(page.locator("#announce")).to_contain_text("Understood 4 numbers")


@pytest.mark.parametrize("text", ["[1, 2, 3]", "one two three four", "[1, 2, x, 4]", "[[1, 2], [3, 4], [5]]"])
def test_a_paste_that_does_not_fit_changes_nothing_and_says_so(visits: Visits, text: str) -> None:
    page = visits.open()
    page.goto(QUESTION)
    paste(page, "dz.0", text)
    assert values(page, "dz") == [""] * 4
    expect(page.locator(".understood")).to_contain_text("Nothing was changed")


def written(rows: list[list[str]]) -> dict[str, str]:
    """The same matrix as the programs and people of this trade write it."""
    spaced = ["[" + "  ".join(row) + "]" for row in rows]
    return {
        "JSON": json.dumps([[float(x) for x in row] for row in rows]),
        "JSON without spaces": json.dumps([[float(x) for x in row] for row in rows], separators=(",", ":")),
        "NumPy print": "[" + "\n ".join(spaced) + "]",
        "NumPy repr": "array([" + ",\n       ".join("[" + ", ".join(row) + "]" for row in rows) + "], dtype=float64)",
        "MATLAB": "dW = [" + "; ".join(" ".join(row) for row in rows) + "]",
        "MATLAB on lines": "[" + ";\n ".join(", ".join(row) for row in rows) + "];",
        "LaTeX": r"\begin{bmatrix}" + r" \\ ".join(" & ".join(row) for row in rows) + r" \\ \end{bmatrix}",
        "LaTeX on lines": "\\left[\\begin{matrix}\n"
        + " \\\\\n".join(" & ".join(row) for row in rows)
        + "\n\\end{matrix}\\right]",
        "spreadsheet": "\r\n".join("\t".join(row) for row in rows) + "\r\n",
        "spreadsheet with decimal commas": "\n".join("\t".join(row).replace(".", ",") for row in rows),
        "CSV": "\n".join(",".join(row) for row in rows),
        "CSV with semicolons": "\n".join(";".join(row).replace(".", ",") for row in rows),
        "Mathematica": "{" + ", ".join("{" + ", ".join(row) + "}" for row in rows) + "}",
    }


@pytest.mark.parametrize("form", written(ROWS))
def test_a_pasted_matrix_fills_every_box(visits: Visits, form: str) -> None:
    page = visits.open()
    page.goto(MATRIX)
    paste(page, "dW.0.0", written(ROWS)[form])
    assert [float(value) for value in values(page, "dW")] == [float(x) for row in ROWS for x in row]
    expect(page.locator("form[data-question=gallery] .understood")).to_contain_text(
        "Understood 12 numbers in 3 rows and 4 columns"
    )


def test_any_matrix_is_read_back_from_any_form(visits: Visits) -> None:
    """Other shapes and numbers, read by the page's own module against what was written."""
    page = visits.open()
    page.goto(MATRIX)
    numbers = page.evaluate(
        "[...performance.getEntriesByType('resource')].map(one => one.name).find(name => name.includes('numbers.js'))"
    )
    draw = random.Random(1)
    for _ in range(30):
        columns = draw.randint(2, 6)
        rows = [[f"{draw.uniform(-9, 9):.{draw.randint(1, 4)}f}" for _ in range(columns)] for _ in range(draw.randint(2, 6))]
        forms = written(rows)
        found = page.evaluate(
            "async ([module, texts]) => { const {readArrays} = await import(module); return texts.map(readArrays); }",
            [numbers, list(forms.values())],
        )
        for form, ways in zip(forms, found, strict=True):
            wanted = [[float(x) for x in row] for row in rows]
            assert wanted in [[[float(x) for x in row] for row in way] for way in ways], f"{form}: {forms[form]!r}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]", "The paste is 4 × 3, rows × columns; this matrix is 3 × 4."),
        ("1 2 3 4", "The paste is 1 × 4, rows × columns; this matrix is 3 × 4."),
        ("[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11]]", "What was pasted is no vector or matrix of numbers."),
        ("a b c d", "What was pasted is no vector or matrix of numbers."),
    ],
)
def test_a_matrix_of_another_shape_says_so(visits: Visits, text: str, said: str) -> None:
    page = visits.open()
    page.goto(MATRIX)
    paste(page, "dW.0.0", text)
    assert values(page, "dW") == [""] * 12
    expect(page.locator("form[data-question=gallery] .understood")).to_have_text(said + " Nothing was changed.")


def test_arrows_walk_through_a_matrix_and_enter_goes_on(visits: Visits) -> None:
    page = visits.open()
    page.goto(MATRIX)
    focused = "document.activeElement.name"
    page.focus('[name="dW.0.0"]')
    for key, place in [
        ("ArrowRight", "dW.0.1"),
        ("ArrowDown", "dW.1.1"),
        ("ArrowDown", "dW.2.1"),
        ("ArrowRight", "dW.2.2"),
        ("ArrowRight", "dW.2.3"),
        ("ArrowRight", "dW.2.3"),
        ("ArrowUp", "dW.1.3"),
        ("ArrowLeft", "dW.1.2"),
        ("Enter", "dW.1.3"),
        ("Enter", "dW.2.0"),
        ("ArrowLeft", "dW.2.0"),
    ]:
        page.keyboard.press(key)
        assert page.evaluate(focused) == place, key
    page.keyboard.type("12")
    page.keyboard.press("ArrowLeft")  # within the text first
    assert page.evaluate(focused) == "dW.2.0"
    page.keyboard.type("9")
    assert page.input_value('[name="dW.2.0"]') == "192"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "dW.2.1"


def test_arrows_lead_from_one_part_to_the_next(visits: Visits) -> None:
    page = visits.open()
    page.goto("/exercise")
    page.focus('[name="h.3"]')
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.name") == "dsigma.0"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == "h.3"


def test_the_button_says_that_it_works_and_the_header_who_one_is(visits: Visits) -> None:
    page = visits.open()
    page.goto(QUESTION)
    page.evaluate(
        """() => { window.seen = [];
            new MutationObserver(() => { const button = document.querySelector("form.answer button");
                window.seen.push([button.textContent, button.disabled, button.form.getAttribute("aria-busy")]); })
            .observe(document.querySelector("form.answer button"), {childList: true, attributes: true, subtree: true}); }"""
    )
    page.fill('[name="dz.0"]', "1")
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Not yet.")
    assert ["Checking…", True, "true"] in page.evaluate("window.seen")
    expect(page.locator(SUBMIT)).to_have_text("Try again")
    name = page.locator("#who").inner_text()
    assert "Learner " in name
    page.reload()
    assert page.locator("#who").inner_text() == name


@pytest.mark.parametrize("width", [390, 320])
def test_a_matrix_of_three_by_four_fits_a_phone(visits: Visits, width: int) -> None:
    page = visits.open(width=width)
    page.goto(MATRIX)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for symbol in ("dW", "marked"):
        box = page.locator(f'[data-part="{symbol}"] >> nth=0')
        assert box.evaluate("array => array.scrollWidth <= array.clientWidth"), symbol
    # What is typed can be read in its box, with sign and three decimals.
    assert page.locator('[name="marked.0.1"]').evaluate("box => box.scrollWidth <= box.clientWidth")
