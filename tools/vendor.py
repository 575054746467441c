"""Copies the browser libraries' few needed files from node_modules/ to static/vendor/.

The pages load nothing from elsewhere, and third-party files are not kept in the repository: npm fetches
them as pinned by package-lock.json, and this copier takes only the files that package.json names under
`vendor`, licences included. `static/vendor/manifest.json` records each library's version and each file's
SHA-256, so that anybody can tell what a running site serves.

`@fontsource/noto-sans-math` and its `files/x.woff2` become `static/vendor/noto-sans-math/x.woff2`. A font keeps only the
characters that package.json names under `characters`, with all that its MATH table needs of them: a tenth of the bytes.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter, load_font, parse_unicodes, save_font

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"


def keep_characters(source: Path, target: Path, characters: list[str]) -> None:
    """Write the font `source` to `target` with these characters alone, given as ranges such as "20-7E"."""
    options = Options(flavor="woff2", layout_features=["*"])
    font = load_font(source, options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(",".join(characters)))
    subsetter.subset(font)
    save_font(font, target, options)


def copy_library(package: str, files: list[str], characters: list[str]) -> tuple[str, dict[str, Any]]:
    """Copy one library's files into a folder of its own; return that folder's name and manifest entry."""
    source = MODULES / package
    folder = package.rpartition("/")[2]
    (VENDOR / folder).mkdir(parents=True)
    hashes = {}
    for file in files:
        target = VENDOR / folder / Path(file).name
        if target.suffix == ".woff2" and characters:
            keep_characters(source / file, target, characters)
        else:
            shutil.copyfile(source / file, target)
        hashes[target.name] = hashlib.sha256(target.read_bytes()).hexdigest()
    version = json.loads((source / "package.json").read_text(encoding="utf-8"))["version"]
    return folder, {"package": package, "version": version, "sha256": hashes}


def main() -> None:
    package: dict[str, Any] = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    wanted: dict[str, list[str]] = package["vendor"]
    kept: dict[str, list[str]] = package["characters"]
    shutil.rmtree(VENDOR, ignore_errors=True)
    manifest = dict(copy_library(library, files, kept.get(library, [])) for library, files in wanted.items())
    # Written last: its presence says that the copy is whole.
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
