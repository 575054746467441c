"""The examples of the description: each is something that the program has answered in a story (tools/story.py).

A refusal that every call tells in the same words stands once, among the components, and the calls refer to it.
"""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("examples.json")
"""{"anywhere": {status: body}, "calls": {operation: {"request": {path, query, headers, body}, "answers": {status: body}}}}

Where a call refuses with one status in two ways, it has "beside": {status: body} as well.
"""

_PROBLEM = "application/problem+json"


def sort_out(told: dict[str, Any]) -> dict[str, Any]:
    """A story's examples as FILE has them. told: operation -> {"request": …, "answers": {status: body}, "beside": the same}.

    Answering a question can be refused in every way; what others are told in the same words stands among the components.
    """
    model = told["submit_attempt"]["answers"]
    anywhere = {status: model[status] for status in ("400", "401", "408", "413", "415", "429", "503")}
    calls = {
        operation: {
            "request": one.get("request", {}),
            "answers": {status: body for status, body in sorted(one["answers"].items()) if anywhere.get(status) != body},
            **({"beside": one["beside"]} if "beside" in one else {}),
        }
        for operation, one in told.items()
    }
    return {"anywhere": anywhere, "calls": calls}


def add_examples(document: dict[str, Any]) -> None:
    """Puts the examples into an OpenAPI document."""
    if not FILE.exists():  # while they are told for the first time
        return
    examples = json.loads(FILE.read_text("utf-8"))
    every = [operation for operations in document["paths"].values() for operation in operations.values()]
    common = document["components"].setdefault("responses", {})
    for operation in every:
        own = examples["calls"].get(operation["operationId"], {"request": {}, "answers": {}})
        _show_request(operation, own["request"])
        for status, response in operation["responses"].items():
            if status in own["answers"]:
                for kind in list(response.get("content", {}))[:1]:
                    shown = [own["answers"][status], *(one for at, one in own.get("beside", {}).items() if at == status)]
                    response["content"][kind] |= {"example": shown[0]} if len(shown) == 1 else {"examples": _named(shown)}
            elif status in examples["anywhere"] and _PROBLEM in response.get("content", {}):
                response["content"][_PROBLEM]["example"] = examples["anywhere"][status]
                common[f"Refusal{status}"] = response
                operation["responses"][status] = {"$ref": f"#/components/responses/Refusal{status}"}


def _named(problems: list[Any]) -> dict[str, Any]:
    """Problem documents by the last word of their type."""
    return {problem["type"].rpartition(":")[2]: {"summary": problem["title"], "value": problem} for problem in problems}


def _show_request(operation: dict[str, Any], request: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        given = request.get({"path": "path", "query": "query", "header": "headers"}[parameter["in"]], {})
        by_name = {name.lower(): value for name, value in given.items()}
        if parameter["name"].lower() in by_name:
            parameter["example"] = by_name[parameter["name"].lower()]
    if "requestBody" in operation and "body" in request:
        operation["requestBody"]["content"]["application/json"]["example"] = request["body"]
