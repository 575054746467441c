"""What the repository holds, for the tests that look at files rather than at behaviour."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file that is, or by the ignore rules could be, committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (ROOT / name for name in set(listing.split("\0")) - {""})
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def text_files() -> dict[str, str]:
    """The readable ones among them: path from the root (with `/`) -> content."""
    texts = {}
    for path in repository_files():
        try:
            texts[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
    return texts


def under(*folders: str, suffixes: tuple[str, ...] = ()) -> dict[str, str]:
    """The readable files in the given folders, with one of the given endings if any is given."""
    return {
        name: text
        for name, text in text_files().items()
        if name.startswith(tuple(f"{folder}/" for folder in folders)) and (not suffixes or name.endswith(suffixes))
    }
