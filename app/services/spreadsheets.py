"""Tables as CSV and XLSX, row by row, with no cell that a spreadsheet would run.

A text that begins with =, +, −, @, a tab or a line's end may be taken for a formula by whoever opens it: it gets an apostrophe
in front ("CSV Injection", OWASP, https://owasp.org/www-community/attacks/CSV_Injection). So does what follows a semicolon, at
which a spreadsheet of many countries parts the cells of any CSV. Numbers stay numbers.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook

Cell = str | int | float | bool | datetime | None
Rows = Iterable[Sequence[Cell]]

_RUNS = re.compile(r"(^|;)(?=[ \u00a0]*[-=+@\t\r\n＝＋－＠])")  # between a cell's beginning and what would run
_CHUNK = 2**16  # bytes, about
_SHEET_ROWS = 1_000_000  # the format ends at 2^20
_LONGEST = 32_000  # characters; the format ends at 32,767


def harmless(text: str) -> str:
    """The text, with an apostrophe in front of what a spreadsheet might run."""
    return _RUNS.sub(r"\1'", text)


def write_csv(columns: Sequence[str], rows: Rows, mark: bool = False) -> Iterator[bytes]:
    """RFC 4180 in UTF-8, a chunk at a time. mark: begin with the byte order mark by which spreadsheets know it for UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    if mark:
        text.write("\ufeff")
    writer.writerow([harmless(name) for name in columns])
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
        if text.tell() >= _CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def write_xlsx(columns: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """A workbook, made on disk and read back a chunk at a time; after a million rows it goes on in another sheet."""
    with tempfile.TemporaryFile() as file:
        _fill(file, columns, rows)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _fill(file: IO[bytes], columns: Sequence[str], rows: Rows) -> None:
    from xlsxwriter import Workbook  # seldom needed, and long to load

    # constant_memory: each row goes to disk when the next one begins.
    with Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        bold = workbook.add_format({"bold": True})
        sheet, line = None, 0
        for row in rows:
            if sheet is None or line > _SHEET_ROWS:
                sheet, line = _sheet(workbook, columns, bold), 1
            for column, cell in enumerate(row):
                plain = _plain(cell)
                if isinstance(plain, str):
                    if plain:
                        sheet.write_string(line, column, plain[:_LONGEST])
                else:
                    sheet.write_number(line, column, plain)
            line += 1
        if sheet is None:
            _sheet(workbook, columns, bold)


def _sheet(workbook: "Workbook", columns: Sequence[str], bold: object) -> Any:
    sheet = workbook.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(columns):
        sheet.write_string(0, column, harmless(name), bold)
    return sheet


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return harmless(cell) if isinstance(cell, str) else cell
