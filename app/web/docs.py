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

# The same in a notebook, with nothing to install.
_IN_PYTHON = (
    "import json, urllib.request",
    "",
    "def call(path, body=None, token=None):",
    "    headers = {'Content-Type': 'application/json', **({'Authorization': f'Bearer {token}'} if token else {})}",
    "    request = urllib.request.Request('BASE/' + path, None if body is None else json.dumps(body).encode(), headers)",
    "    return json.load(urllib.request.urlopen(request))",
    "",
    "token = call('learners', {'name': 'Ada'})['token']",
    "question = call('questions', {'skill': 'chain'})['questions'][0]",
    "print(question['prompt'])",
    "attempt = call(f\"questions/{question['id']}/attempts\", {'answer': {'dz': question['given']['dh']}}, token)",
    "print(attempt['score'], attempt['parts'][0]['misconception'])",
    "print(call('me/progress', token=token)['reason'])",
)

# And with the program's own client, which tries again without doubling an answer.
_WITH_CLIENT = (
    "from app.client import Client",
    "",
    "quiz = Client.register('SITE', 'Ada')",
    "question = quiz.questions('chain')[0]",
    "attempt = quiz.answer(question, {'dz': question.given['dh']})  # NumPy arrays in and out",
    "print(attempt)",
    "print(quiz.progress())",
)


@router.get("")
def docs(request: Request, visitor: Visitor) -> Response:
    document = request.app.openapi()
    site = str(request.base_url).rstrip("/")
    ways = {
        "In a terminal": _BEGIN,
        "In Python or a notebook, with nothing to install": _IN_PYTHON,
        "With this program's own client, where its wheel is installed": _WITH_CLIENT,
    }
    begin = {way: "\n".join(lines).replace("BASE", f"{site}/api/v1").replace("SITE", site) for way, lines in ways.items()}
    return page(request, DocsPage(document["info"]["version"], read_calls(document), begin), visitor)


@router.get("/try")
def try_calls(request: Request, visitor: Visitor) -> Response:
    return page(request, TryPage(), visitor)
