"""Finds the folders that are not Python: templates, static files, migrations.

In a clone they stand beside the package, where people look for them; a wheel carries them inside the package,
because site-packages is no place for a folder called "static". Only this module knows the difference.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` ("templates", "static", "migrations") of this installation.

    Raises FileNotFoundError, naming the places looked at, when the installation lacks it.
    """
    places = (_PACKAGE / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"no folder {name!r}: looked for {places[0]} and {places[1]}")
