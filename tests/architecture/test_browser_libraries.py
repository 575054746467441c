"""The browser libraries are the pinned ones: package.json, the lock and what is served say the same."""

import hashlib
import json
import re

from tests.architecture.tree import ROOT

PACKAGE = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
MANIFEST = json.loads((ROOT / "static/vendor/manifest.json").read_text(encoding="utf-8"))


def test_versions_are_exact_and_the_ones_served() -> None:
    pins = PACKAGE["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())
    assert {entry["package"]: entry["version"] for entry in MANIFEST.values()} == pins
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"][""]
    assert locked["dependencies"] == pins


def test_every_file_is_the_one_that_was_copied_and_comes_with_its_licence() -> None:
    for folder, entry in MANIFEST.items():
        assert "LICENSE" in entry["sha256"]
        for name, digest in entry["sha256"].items():
            assert hashlib.sha256((ROOT / "static/vendor" / folder / name).read_bytes()).hexdigest() == digest
