"""Static files: kept for ever under an address with their content's hash, asked about each time without one."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class LongLivedFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        hashed = b"v=" in scope["query_string"]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response
