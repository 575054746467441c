"""Files stay small and say by their names what they hold, and nothing leads to a registry or a CDN."""

import ast
import re
from pathlib import PurePosixPath

from tests.architecture.tree import text_files, under

LONGEST = 300

# Longer files that are one thing all the same: path -> why.
LONG_FOR_A_REASON: dict[str, str] = {
    "tests/browser/pages.py": "one list of every page, each with how its visitor comes to it",
    "app/engine/misconceptions.py": "the registry: one list of codes and words, read as a whole",
    "tests/persistence/test_writer.py": "the writer's promises, one after the other, on one set of small jobs",
}

# Words that say nothing about what a file is for.
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}

# Written in parts, so that this file does not find itself.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("cdnjs", "cloudflare"),
        ("googleapis", "com"),
        ("gstatic", "com"),
        ("bootstrapcdn", "com"),
    )
]


def test_files_stay_short() -> None:
    written = under(
        "app",
        "migrations",
        "static",
        "templates",
        "tests",
        "tools",
        "bench",
        suffixes=(".py", ".js", ".css", ".html"),
    )
    long = {name for name, text in written.items() if text.count("\n") > LONGEST}
    assert long == set(LONG_FOR_A_REASON), "split it, or say in LONG_FOR_A_REASON why it is one thing"


def test_names_say_what_files_hold() -> None:
    parts = {part for name in text_files() for part in PurePosixPath(name).with_suffix("").parts}
    assert not {part for part in parts if EMPTY_WORDS & set(re.split(r"[_\W]+", part.lower()))}


def test_modules_open_with_why_they_exist() -> None:
    modules = under("app", "migrations", "tests", "tools", "bench", suffixes=(".py",))
    # An empty file marks a package and has nothing to explain.
    assert not {name for name, text in modules.items() if text and ast.get_docstring(ast.parse(text)) is None}


def test_no_address_of_a_registry_or_cdn() -> None:
    assert not {(name, host) for name, text in text_files().items() for host in HOSTS if host in text}


def test_locks_hold_no_address() -> None:
    # Where a library's authors ask for money is the one address that npm writes and that fetches nothing.
    funding = re.compile(r'"funding": (\{[^}]*\}|\[[^\]]*\])')
    locks = {name: text for name, text in text_files().items() if name.endswith((".lock", "-lock.json", ".npmrc"))}
    assert len(locks) >= 4
    assert not {name for name, text in locks.items() if "://" in funding.sub("", text)}


def test_every_requirement_is_pinned_and_hashed() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        entries = re.split(r"\n(?=\S)", text_files()[name].strip())
        assert all(re.match(r"[a-z0-9.\-]+==\S+", entry) and "--hash=sha256:" in entry for entry in entries), name
