"""Every setting is documented where people look for it: in the README and in .env.example."""

import re

from app.settings import Settings
from tests.architecture.tree import text_files

NAMES = {f"QUIZ_{field.upper()}" for field in Settings.model_fields}


def documented(file: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, text_files()[file], re.MULTILINE))


def test_settings_are_read_from_quiz_variables() -> None:
    assert Settings.model_config.get("env_prefix", "").upper() == "QUIZ_"


def test_the_example_shows_exactly_the_settings_there_are() -> None:
    assert documented(".env.example", r"^#?(QUIZ_\w+)=") == NAMES


def test_the_readme_names_every_setting() -> None:
    assert documented("README.md", r"QUIZ_\w+") >= NAMES
