"""/docs: the REST interface to browse and to try, with nothing loaded from elsewhere."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web.contexts import DocsPage
from app.web.rendering import page
from app.web.visitors import Visitor

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs(request: Request, visitor: Visitor) -> Response:
    return page(request, DocsPage(), visitor)
