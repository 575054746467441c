"""Writes docs/openapi.json, the description of the REST interface as it is committed: ``python -m tools.openapi``.

The changelog names its fingerprint, so that the interface cannot change without a line there.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from app.main import create_app
from app.settings import Settings

FILE = Path(__file__).parents[1] / "docs" / "openapi.json"


def description() -> dict[str, Any]:
    """The description as the program gives it now."""
    described: dict[str, Any] = create_app(Settings(_env_file=None)).openapi()
    return described


def fingerprint(described: dict[str, Any]) -> str:
    """Twelve digits that change with anything but the program's version."""
    lasting = described | {"info": {name: value for name, value in described["info"].items() if name != "version"}}
    return hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:12]


def main() -> None:
    described = description()
    FILE.write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{FILE.name} written; its fingerprint for the changelog is {fingerprint(described)}")


if __name__ == "__main__":
    main()
