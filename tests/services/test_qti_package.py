"""The QTI package as an importer opens it: what the manifest lists is there, well formed, and each question once."""

import io
import zipfile
from xml.etree import ElementTree

import pytest

from app.services.qti_package import UNSAID, UNSAID_OF_CHOICES
from app.services.question_banks import write_bank
from app.services.question_sets import QuestionFormat, read_set
from tests.grading.draws import EVERY

PACKAGE = "{http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1}"
ITEM = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
# The order in which the schema wants the children of an item.
ORDER = ["qti-response-declaration", "qti-outcome-declaration", "qti-item-body", "qti-response-processing", "qti-modal-feedback"]


def package(items: str, format: QuestionFormat = "numeric") -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(write_bank("qti", read_set(items, 7, 500, format)))))


def test_what_the_manifest_lists_is_what_the_package_holds() -> None:
    opened = package("chain:1:200,update:2:50,chain-n1-v1-lesson,chain-n1-v1-lesson")
    manifest = ElementTree.fromstring(opened.read("imsmanifest.xml"))
    assert manifest.findtext(f"{PACKAGE}metadata/{PACKAGE}schema") == "QTI Package"
    assert manifest.findtext(f"{PACKAGE}metadata/{PACKAGE}schemaversion") == "3.0.0"
    resources = list(manifest.iter(f"{PACKAGE}resource"))
    listed = [one.get("href") for one in resources]
    assert sorted([*listed, "imsmanifest.xml"]) == sorted(opened.namelist()) and len(listed) == 200 + 50 + 1 + 1
    assert all(one.find(f"{PACKAGE}file").get("href") == one.get("href") for one in resources)
    assert [one.get("type") for one in resources] == ["imsqti_item_xmlv3p0"] * 251 + ["webcontent"]
    names = [one.get("identifier") for one in resources]
    assert len(set(names)) == len(names)
    read_me = opened.read("README.txt").decode()
    assert "chain:1:200:v2,update:2:50:v2" in read_me and all(line in read_me for line in UNSAID)


@pytest.mark.parametrize("format", ["numeric", "choice"])
def test_every_item_declares_what_it_uses_in_the_schemas_order(format: QuestionFormat) -> None:
    opened = package(",".join(f"{skill}:{level}:2" for skill, level in EVERY), format)
    items = [name for name in opened.namelist() if name.startswith("items/")]
    assert len(items) == 66
    for name in items:
        item = ElementTree.fromstring(opened.read(name))
        assert f"items/{item.get('identifier')}.xml" == name
        kinds = [child.tag.removeprefix(ITEM) for child in item]
        assert kinds == sorted(kinds, key=ORDER.index)
        declared = {one.get("identifier") for one in item if one.tag.endswith("-declaration")}
        used = {one.get("identifier") for one in item.iter(f"{ITEM}qti-variable")}
        for kind in ("text-entry", "choice"):
            used |= {one.get("response-identifier") for one in item.iter(f"{ITEM}qti-{kind}-interaction")}
        listed = {one.get("identifier") for one in item.iter(f"{ITEM}qti-simple-choice")}
        assert listed == (set("abcd") if format == "choice" else set())
        used |= {one.get("identifier") for one in item.iter(f"{ITEM}qti-set-outcome-value")}
        assert used == declared
        told = {one.findtext(f"{ITEM}qti-base-value") for one in item.iter(f"{ITEM}qti-set-outcome-value")} - {None}
        assert told == {one.get("identifier") for one in item.iter(f"{ITEM}qti-modal-feedback")}


def test_a_package_of_choices_says_what_it_is() -> None:
    read_me = package("chain:1:2", "choice").read("README.txt").decode()
    assert read_me.startswith("Choices of sigmoid-quiz") and all(line in read_me for line in UNSAID_OF_CHOICES)


def test_the_same_set_is_the_same_file() -> None:
    first, again = (b"".join(write_bank("qti", read_set("chain:1:3", 7, 9))) for _ in range(2))
    assert first == again != b"".join(write_bank("qti", read_set("chain:1:3", 8, 9)))
