"""/docs: the REST interface to read, and /docs/try: the same to try, with nothing loaded from elsewhere."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web.contexts import DocsPage, TryPage, WayToBegin
from app.web.little_markdown import inline
from app.web.reference import read_reference
from app.web.rendering import page
from app.web.visitors import Visitor

router = APIRouter(prefix="/docs", include_in_schema=False)


# What the README says as well: register, draw, answer.
_TERMINAL = (
    "Everything by hand, with the right answer worked out from what is given.",
    "In a terminal",
    """API=BASE
JSON='Content-Type: application/json'
TOKEN=$(curl -s $API/learners -H "$JSON" -d '{"name": "Ada"}' |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')
AUTH="Authorization: Bearer $TOKEN"  # shown once: keep it

QUESTION=$(curl -s $API/questions -H "$JSON" -d '{"skill": "activation"}')
ID=$(printf %s "$QUESTION" | python3 -c '
import json, sys
print(json.load(sys.stdin)["questions"][0]["id"])')
ANSWER=$(printf %s "$QUESTION" | python3 -c '
import json, math, sys
z = json.load(sys.stdin)["questions"][0]["given"]["z"]
h = [round(1 / (1 + math.exp(-one)), 3) for one in z]
print(json.dumps({"answer": {"h": h}}))')

curl -s $API/questions/$ID/attempts -H "$JSON" -H "$AUTH" \\
     -H 'Idempotency-Key: my first' -d "$ANSWER"  # sent twice, it is one attempt
curl -s $API/me/progress -H "$AUTH\"""",
)
_PYTHON = (
    "With nothing to install.",
    "In Python or a notebook",
    """import json, math, urllib.request

def call(path, body=None, token=None):
    headers = {'Content-Type': 'application/json'}
    if token:
        headers['Authorization'] = f'Bearer {token}'
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request('BASE/' + path, data, headers)
    return json.load(urllib.request.urlopen(request))

token = call('learners', {'name': 'Ada'})['token']  # shown once: keep it
question = call('questions', {'skill': 'chain'})['questions'][0]
print(question['prompt'])
attempts = f"questions/{question['id']}/attempts"

# A wrong answer, dh handed on as it is, to see what is said of it.
wrong = call(attempts, {'answer': {'dz': question['given']['dh']}}, token)
print(wrong['score'], wrong['parts'][0]['misconception'])

# The right one.
h = [1 / (1 + math.exp(-z)) for z in question['given']['z']]
dz = [round(up * a * (1 - a), 3) for up, a in zip(question['given']['dh'], h)]
right = call(attempts, {'answer': {'dz': dz}}, token)
print(right['score'], right['parts'][0]['verdict'])

progress = call('me/progress', token=token)
print('next:', progress['next'], 'because:', progress['reason'])""",
)
_CLIENT = (
    "`make wheel` in a clone of this program builds it: `pip install build/dist/*.whl`. The client tries again by itself, without"
    " doubling an answer.",
    "With this program's own client and NumPy",
    """import numpy as np
from app.client import Client

quiz = Client.register('SITE', 'Ada')
question = quiz.questions('chain')[0]
h = 1 / (1 + np.exp(-question.given['z']))
attempt = quiz.answer(question, {'dz': question.given['dh'] * h * (1 - h)})
print(attempt)
print(quiz.progress())""",
)


@router.get("")
def docs(request: Request, visitor: Visitor) -> Response:
    site = str(request.base_url).rstrip("/")
    begin = [
        WayToBegin(title, inline(about), lines.replace("BASE", f"{site}/api/v1").replace("SITE", site))
        for about, title, lines in (_TERMINAL, _PYTHON, _CLIENT)
    ]
    return page(request, DocsPage(read_reference(request.app.openapi()), begin), visitor)


@router.get("/try")
def try_calls(request: Request, visitor: Visitor) -> Response:
    return page(request, TryPage(), visitor)
