"""create_app(settings): the only wiring. Rooms that must not know each other meet here."""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from app import __version__
from app.api import assignments as api_assignments
from app.api import batches as api_batches
from app.api import courses as api_courses
from app.api import exports as api_exports
from app.api import health as api_health
from app.api import personal_data as api_personal_data
from app.api import practice as api_practice
from app.api import question_banks as api_question_banks
from app.api import reports as api_reports
from app.api import tokens as api_tokens
from app.api import webhooks as api_webhooks
from app.api.documented import describe
from app.edge.dependencies import Identify
from app.edge.limits import Rate, Throttle
from app.edge.logs import write_json_lines
from app.edge.problems import Fault, Problem, bad_input, install_error_handlers, json_pointer
from app.edge.stack import middleware
from app.edge.traces import tells_a_secret
from app.persistence.database import Database, StorageBusy, StorageDown
from app.resources import folder
from app.security.principals import CredentialKind, Principal
from app.services import accounts, measures
from app.services.clock import keep_time
from app.services.live import Watch
from app.services.refusals import IdempotencyConflict, NotAllowed, NotFound, NotNow, UnreadableAnswer, Unusable
from app.services.together import Together
from app.services.token_uses import TokenUses
from app.services.webhook_delivery import Deliverer
from app.services.webhook_sending import Sender, read_networks
from app.settings import Settings
from app.web import account as web_account
from app.web import assignment_desk as web_assignment_desk
from app.web import assignment_statistics as web_assignment_statistics
from app.web import assignments as web_assignments
from app.web import banks as web_banks
from app.web import courses as web_courses
from app.web import desk as web_desk
from app.web import docs as web_docs
from app.web import drills as web_drills
from app.web import exports as web_exports
from app.web import gallery as web_gallery
from app.web import items as web_items
from app.web import joining as web_joining
from app.web import learners as web_learners
from app.web import lesson as web_lesson
from app.web import live as web_live
from app.web import me as web_me
from app.web import mistakes as web_mistakes
from app.web import personal_data as web_personal_data
from app.web import practice as web_practice
from app.web import programs as web_programs
from app.web import roster as web_roster
from app.web import tokens as web_tokens
from app.web import webhooks as web_webhooks
from app.web import worksheets as web_worksheets
from app.web.rendering import error_page
from app.web.static import LongLivedFiles
from app.web.visitors import SignInFirst, sign_in_address

# Requests of one moment are alive together: to look through them after every 700 objects, as Python would, finds next to nothing.
_GARBAGE = (10_000, 20, 20)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; with no settings given, by those of the environment. Its lifespan opens and closes the database."""
    settings = settings or Settings()
    if settings.log == "json":
        write_json_lines()
    database = Database(settings.database_url, queue_limit=settings.queue_limit)
    token_uses = TokenUses(database)
    webhook_networks = read_networks(settings.webhook_networks)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database.start()
        gc.freeze()  # what was imported and wired up stays for good: no need to look through it for garbage time and again
        gc.enable()
        thresholds = gc.get_threshold()
        gc.set_threshold(*_GARBAGE)
        deliverer = Deliverer(database, Sender(webhook_networks))
        beside = [asyncio.create_task(work) for work in (keep_time(database), token_uses.keep(), deliverer.keep())]
        yield
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await token_uses.write()
        await run_in_threadpool(database.close)
        measures.leave()
        gc.set_threshold(*thresholds)
        gc.unfreeze()

    app = FastAPI(
        title="sigmoid-quiz",
        summary="Questions on backpropagation through a sigmoid layer: draw them, answer them, read the scores.",
        version=__version__,
        lifespan=lifespan,
        middleware=middleware(
            cors_origins=[origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()],
            log_requests=settings.log == "json",
        ),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        telemetry={"exclude": tells_a_secret, "logs": False},  # the log is our own, and says less
    )
    app.state.database = database
    app.state.webhook_networks = webhook_networks
    app.state.watch = Watch(database)
    app.state.identify = _identify(database, token_uses)
    app.state.throttle = Throttle(
        lambda bucket, seconds: accounts.count_event(database, bucket, seconds, datetime.now(UTC)),
        api_rate=Rate.parse(settings.api_rate) if settings.api_rate else None,
    )
    app.state.render_error = error_page
    app.state.metrics_readers = read_networks(settings.metrics_readers)
    install_error_handlers(app, _PROBLEMS)
    for room in _ROOMS:
        # Side by side rather than included: FastAPI would keep each router a branch of its own, and search it twice.
        app.router.routes.extend(room.router.routes)
    app.mount("/static", LongLivedFiles(directory=folder("static")))
    describe(app)
    return app


def _identify(database: Database, token_uses: TokenUses) -> Identify:
    async def look_up(shown: Sequence[tuple[CredentialKind, str]]) -> list[Principal | None]:
        now = datetime.now(UTC)
        return await database.beside(lambda: accounts.identify_all(database, shown, now, token_uses.note))

    together = Together(look_up)
    return lambda kind, secret: together((kind, secret))


def _unreadable(error: UnreadableAnswer) -> Problem:
    faults: list[Fault] = []
    for complaint in error.complaints:
        fault: Fault = {"pointer": json_pointer(("answer", *complaint.path)), "detail": complaint.detail}
        if complaint.hint is not None:
            fault["hint"] = complaint.hint
        faults.append(fault)
    return bad_input(faults)


def _unusable(error: Unusable) -> Problem:
    return bad_input([{"pointer": error.pointer, "detail": error.detail}])


def _conflict(error: IdempotencyConflict) -> Problem:
    detail = "This Idempotency-Key was used for another request; a retry sends the same question and the same answer."
    return Problem(422, "Idempotency key used before", detail, "idempotency-conflict")


_PROBLEMS = {
    NotFound: lambda error: Problem(404, "Not found", str(error), "not-found"),
    NotNow: lambda error: Problem(409, "Not now", str(error), "not-now"),
    NotAllowed: lambda error: Problem(403, "Not allowed", str(error), "not-allowed"),
    UnreadableAnswer: _unreadable,
    Unusable: _unusable,
    IdempotencyConflict: _conflict,
    StorageBusy: lambda error: Problem(
        503,
        "Busy",
        "Too many are waiting; nothing was stored. Try again shortly.",
        "busy",
        headers={"Retry-After": "1"},
    ),
    StorageDown: lambda error: Problem(
        503,
        "Storage is unavailable",
        "This cannot be stored or read just now. Try again.",
        "unavailable",
        headers={"Retry-After": "5"},
    ),
    SignInFirst: lambda error: Problem(303, "Sign in first", "", headers={"Location": sign_in_address(error.onward)}),
}

# Those that are asked most come first, since a request tries one route after the other; and /practice/drill before
# /practice/{skill}.
_ROOMS = (
    api_practice,
    web_drills,
    api_batches,
    web_practice,
    api_reports,
    api_exports,
    api_question_banks,
    api_courses,
    api_assignments,
    api_personal_data,
    api_tokens,
    api_webhooks,
    api_health,
    web_lesson,
    web_account,
    web_desk,
    web_learners,
    web_items,
    web_mistakes,
    web_exports,
    web_banks,
    web_worksheets,
    web_live,
    web_docs,
    web_gallery,
    web_courses,
    web_assignments,
    web_assignment_desk,
    web_assignment_statistics,
    web_roster,
    web_joining,
    web_me,
    web_personal_data,
    web_programs,
    web_tokens,
    web_webhooks,
)
