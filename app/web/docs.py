"""/docs: the REST interface to read, and /docs/try: the same to try, with nothing loaded from elsewhere."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web.contexts import DocsPage, TryPage
from app.web.reference import read_calls
from app.web.rendering import page
from app.web.visitors import Visitor

router = APIRouter(prefix="/docs", include_in_schema=False)


# What the README says as well: register, draw, answer.
_BEGIN = (
    "JSON='Content-Type: application/json'",
    """TOKEN=$(curl -s BASE/learners -H "$JSON" -d '{"name": "Ada"}' |""",
    """        python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')""",
    """curl -s BASE/questions -H "$JSON" -d '{"skill": "chain"}'""",
    """curl -s BASE/questions/chain-n1-v1-lesson/attempts -H "$JSON" -H "Authorization: Bearer $TOKEN" \\""",
    """     -d '{"answer": {"dz": [0.105, "−0.197", "0,090", -0.197]}}'""",
    """curl -s BASE/me/progress -H "Authorization: Bearer $TOKEN\"""",
)


@router.get("")
def docs(request: Request, visitor: Visitor) -> Response:
    document = request.app.openapi()
    base = f"{str(request.base_url).rstrip('/')}/api/v1"
    begin = [line.replace("BASE", base) for line in _BEGIN]
    return page(request, DocsPage(document["info"]["version"], read_calls(document), begin), visitor)


@router.get("/try")
def try_calls(request: Request, visitor: Visitor) -> Response:
    return page(request, TryPage(), visitor)
