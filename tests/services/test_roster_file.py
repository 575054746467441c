"""Lists of learners as people have them: any spreadsheet's CSV is read, and each complaint names its line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.refusals import Unusable
from app.services.roster_file import MOST_LINES, read_list

CLASS = [("Ada Lovelace", "4711"), ("Émilie du Châtelet", "4712")]


@pytest.mark.parametrize(
    "text",
    [
        "name,student_number\nAda Lovelace,4711\nÉmilie du Châtelet,4712\n",
        "\ufeffStudent Number;Name\r\n4711;Ada Lovelace\r\n\r\n4712;Émilie du Châtelet\r\n",
        "Ada Lovelace\t47 11\nÉmilie du Châtelet\t4712",
        '"Ada Lovelace","4711"\n"Émilie  du Châtelet",4712\n,,\n',
        "Last name,First name,ID,E-mail\nLovelace,Ada,4711,x\ndu Châtelet,Émilie,4712,y\n",
    ],
)
def test_what_spreadsheets_write(text: str) -> None:
    assert [(one.name, one.student_number) for one in read_list(text)] == CLASS


def test_each_complaint_names_its_line() -> None:
    listed = read_list("name,number\nAda,1\n,2\nBob,1\nC" + "x" * 80 + ",3\nDee,\n")
    assert [(one.line, one.complaint is None) for one in listed] == [(2, True), (3, False), (4, False), (5, False), (6, True)]
    assert listed[2].complaint == "Line 2 has this student number already."


@pytest.mark.parametrize(
    "text", ["", "\n\n", " , \n", "e-mail,number\nx,1", 'name\n"open', "\n".join(["Ada"] * (MOST_LINES + 1))]
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(Unusable):
        read_list(text)


@given(
    names=st.lists(
        st.text("abcÄß '\",;-", min_size=1, max_size=20).filter(lambda name: bool(name.strip())), min_size=1, max_size=8
    ),
    delimiter=st.sampled_from(",;\t"),
)
def test_any_names_come_back_from_a_csv_with_a_heading(names: list[str], delimiter: str) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(["name", "number"])
    writer.writerows((name, str(k)) for k, name in enumerate(names))
    listed = read_list(written.getvalue())
    assert [(one.name, one.student_number) for one in listed] == [
        (" ".join(name.split()), str(k)) for k, name in enumerate(names)
    ]
