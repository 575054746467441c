"""Tables as files: read back by other readers, run by none, and made in little memory."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.services import spreadsheets
from app.services.spreadsheets import harmless, write_csv, write_xlsx

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    '=HYPERLINK("http://x")',
    "-2+3+cmd|' /C calc'!A0",
]
WHEN = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def read_xlsx(chunks: Iterator[bytes]) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(b"".join(chunks)), read_only=True)
    return [list(row) for sheet in book for row in sheet.iter_rows(values_only=True)]


def read_csv(chunks: Iterator[bytes]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(chunks).decode(), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_run(text: str) -> None:
    assert read_csv(write_csv([text], [[text]])) == [["'" + text]] * 2
    book = load_workbook(io.BytesIO(b"".join(write_xlsx([text], [[text]]))))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert all(cell.value.startswith("'") and cell.hyperlink is None for cell in cells)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_any_text_comes_back_and_begins_harmlessly(text: str) -> None:
    written = read_csv(write_csv(["a"], [[text, 1]]))[1][0]
    assert written == harmless(text) and written.replace("'", "") == text.replace("'", "")
    assert not any(cell.lstrip(" \u00a0").startswith(tuple("=+-@\t\r\n")) for cell in written.split(";"))


def test_no_cell_is_run_where_cells_are_parted_by_semicolons() -> None:
    (line,) = csv.reader(
        io.StringIO(b"".join(write_csv([], [["Ada; =cmd|' /C calc'!A0;-1", 0.5]])).decode().strip()), delimiter=";"
    )
    assert line == ["Ada", "' =cmd|' /C calc'!A0", "'-1,0.5"]
    assert harmless("a; b; 3") == "a; b; 3"


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    row = [-0.5, 3, None, True, WHEN, "Émilie σ′"]
    assert read_csv(write_csv(["a"], [row], mark=True))[0] == ["\ufeffa"]
    assert read_csv(write_csv(["a"], [row]))[1] == ["-0.5", "3", "", "true", "2026-03-02T09:00:00.123Z", "Émilie σ′"]
    assert read_xlsx(write_xlsx(list("abcdef"), [row]))[1] == [-0.5, 3, None, "true", "2026-03-02T09:00:00.123Z", "Émilie σ′"]
    assert read_xlsx(write_xlsx(["a"], [])) == [["a"]]


def test_more_rows_than_a_sheet_holds_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "_SHEET_ROWS", 3)
    assert read_xlsx(write_xlsx(["a"], [[k] for k in range(4)])) == [["a"], [0], [1], [2], ["a"], [3]]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_memory_does_not_grow_with_the_rows(write: Any) -> None:
    def most(rows: int) -> int:
        tracemalloc.start()
        total = sum(len(chunk) for chunk in write(["a"], ((k, "text " * 40, 0.5) for k in range(rows))))
        assert total > rows
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(10)  # what is made once
    assert most(8000) < most(800) + 300_000  # the texts alone are 1.6 MB
