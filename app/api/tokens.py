"""Tokens by REST: one's own, and those of the programs that are connected to a course."""

from datetime import UTC, datetime

from fastapi import Request, Response

from app.api import token_schemas as schemas
from app.api.documented import problems
from app.api.routes import api_router
from app.edge.dependencies import Instructor, RequiredPrincipal
from app.services import integrations, tokens
from app.services.integrations import Made
from app.services.tokens import Token

router = api_router()

_REFUSALS = problems(401, 403, 404)


@router.get("/me/tokens", summary="My tokens", responses=problems(401))
def list_tokens(request: Request, principal: RequiredPrincipal) -> schemas.Tokens:
    """Without their secrets. They are made at `/me/tokens`, in a browser: a token makes no other."""
    return schemas.Tokens(tokens=[_token_out(one) for one in tokens.own_tokens(request.app.state.database, principal)])


@router.delete("/me/tokens/{token_id}", status_code=204, summary="Revoke a token", responses=problems(401, 404))
async def revoke_token(token_id: str, request: Request, principal: RequiredPrincipal) -> Response:
    """It stops at once, also if it is the one that asks."""
    await tokens.revoke_token(request.app.state.database, principal, token_id, datetime.now(UTC))
    return Response(status_code=204)


@router.get("/courses/{course_id}/integrations", summary="The course's programs", responses=problems(401, 403, 404))
def list_integrations(course_id: str, request: Request, principal: Instructor) -> schemas.Integrations:
    """Each with its tokens, without their secrets. `DELETE /courses/{course_id}/staff/{id}` disconnects one."""
    _, found = integrations.integrations_of(request.app.state.database, principal, course_id)
    return schemas.Integrations(
        integrations=[
            schemas.ListedIntegration(id=one.account_id, name=one.name, tokens=[_token_out(token) for token in one.tokens])
            for one in found
        ]
    )


@router.post("/courses/{course_id}/integrations", status_code=201, summary="A token for a program", responses=_REFUSALS)
async def add_integration(
    course_id: str, body: schemas.NewIntegration, request: Request, principal: Instructor
) -> schemas.IntegrationOut:
    """It reads this course's records and nothing else; with `may_submit` it may also hand in answers for the learners in it."""
    database = request.app.state.database
    return _made_out(
        await integrations.add_integration(database, principal, course_id, body.name, body.may_submit, datetime.now(UTC))
    )


@router.post(
    "/courses/{course_id}/integrations/{integration_id}/tokens",
    status_code=201,
    summary="Another token for a program",
    responses=_REFUSALS,
)
async def add_token(
    course_id: str, integration_id: str, body: schemas.NewIntegration, request: Request, principal: Instructor
) -> schemas.IntegrationOut:
    """To exchange one without a pause."""
    database = request.app.state.database
    made = await integrations.add_token(
        database, principal, course_id, integration_id, body.name, body.may_submit, datetime.now(UTC)
    )
    return _made_out(made)


@router.delete(
    "/courses/{course_id}/integrations/{integration_id}/tokens/{token_id}",
    status_code=204,
    summary="Revoke a program's token",
    responses=problems(401, 403, 404),
)
async def revoke_integration_token(
    course_id: str, integration_id: str, token_id: str, request: Request, principal: Instructor
) -> Response:
    """It stops at once."""
    database = request.app.state.database
    await integrations.revoke_token(database, principal, course_id, integration_id, token_id, datetime.now(UTC))
    return Response(status_code=204)


def _token_out(token: Token) -> schemas.TokenOut:
    return schemas.TokenOut(**{name: getattr(token, name) for name in schemas.TokenOut.model_fields})


def _made_out(made: Made) -> schemas.IntegrationOut:
    return schemas.IntegrationOut(
        id=made.integration_id,
        name=made.token.name,
        token_id=made.token.id,
        may_submit=made.token.may_submit,
        token=made.secret,
    )
