"""Static files under addresses that hold a hash of their content, so that a browser can keep them for ever.

The hash is one for all of them and stands in the path, not in a query: a style sheet finds its font, and a module the modules it
imports, by relative addresses, and those must change with the content as well.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import PurePath

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.resources import folder

_EDITION = re.compile(r"[0-9a-f]{12}")


@cache
def _edition() -> str:
    """A hash of every static file, by path and content, as they are when the program starts."""
    digest, root = sha256(), folder("static")
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()[:12]


def static_address(path: str) -> str:
    """The address of a static file, which changes when its content does."""
    return f"/static/{_edition()}/{path}"


class LongLivedFiles(StaticFiles):
    """Serves a file under this edition's address for ever, and under any other so that it is asked about each time: a page
    that was open while the program was renewed still finds its files.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        first, *rest = PurePath(path).parts
        response = await super().get_response(str(PurePath(*rest)) if rest and _EDITION.fullmatch(first) else path, scope)
        kept = first == _edition()
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response
