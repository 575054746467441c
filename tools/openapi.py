"""Writes the description of the REST interface as it is committed, its examples first: ``python -m tools.openapi``.

The changelog names its fingerprint, so that the interface cannot change without a line there.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from app.api.examples import FILE as EXAMPLES
from app.api.examples import sort_out
from app.main import create_app
from app.settings import Settings
from tools.story import examples, missing

FILE = Path(__file__).parents[1] / "docs" / "openapi.json"


def description() -> dict[str, Any]:
    """The description as the program gives it now."""
    described: dict[str, Any] = create_app(Settings(_env_file=None)).openapi()
    return described


def fingerprint(described: dict[str, Any]) -> str:
    """Twelve digits that change with anything but the program's version."""
    lasting = described | {"info": {name: value for name, value in described["info"].items() if name != "version"}}
    return hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:12]


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main() -> None:
    told = examples()
    if unexampled := missing(told, description()):
        raise SystemExit(f"tools/story_of_a_class.py has no example of {', '.join(unexampled)}")
    _write(EXAMPLES, sort_out(told))
    described = description()
    _write(FILE, described)
    print(f"{FILE.name} written; its fingerprint for the changelog is {fingerprint(described)}")


if __name__ == "__main__":
    main()
