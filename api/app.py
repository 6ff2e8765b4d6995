"""The server, put together: read it from top to bottom. Nothing happens at import: `create_app(settings)`."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import iter_route_contexts
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from api.access.gate import Gate
from api.access.guesses import Guesses
from api.access.recall import Recall
from api.access.turns import Turns
from api.access.watch import Watch
from api.answers import problems
from api.answers.headers import Bounded, Headers, Readable, always, sharing
from api.answers.parameters import only_known
from api.base.maps import Bases
from api.base.service import Service
from api.crews.door import Door
from api.database import Database
from api.duties.days import Days
from api.duties.keep import Upkeep
from api.handout.wheel import Wheels
from api.jobs.office import Office
from api.landuse.batches import store as batch_store
from api.landuse.batches.kind import BATCHES
from api.landuse.batches.told import state_told as batch_told
from api.landuse.desk import Desk
from api.limits import NARROWED_AT_ONCE, TILE_CACHE_BYTES, TILES_AT_ONCE
from api.listening import Listener
from api.live.hub import Live
from api.network.held import Networks
from api.patrols.accept import Intake
from api.patrols.backlog import Worker
from api.plans import store
from api.plans.held import Holding
from api.plans.kind import PLANS
from api.plans.told import state_told
from api.routes import (
    alarms,
    base,
    compute,
    corrections,
    coverage,
    crews,
    debt,
    devices,
    docs,
    duties,
    effect,
    effort,
    figures,
    fixes,
    handout,
    health,
    landuse,
    landuse_batches,
    layers,
    live,
    measure,
    network,
    observations,
    ogc,
    ogc_edit,
    ogc_items,
    ogc_tiles,
    patrols,
    performance,
    photos,
    plan_changes,
    plans,
    playback,
    positions,
    posts,
    qgis,
    registers,
    saw,
    screen,
    search,
    session,
    sheets,
    tiles,
    track,
    trend,
)
from api.settings import Settings
from api.sightings.targets import Targets
from api.tiles.drawing import Drawing
from api.tiles.endpoint import TilesFirst
from api.tiles.first import First
from api.tiles.replica import Replica
from api.tiles.service import Tiles
from layers.catalogue import Catalogue, read_catalogue

VERSION = "0.1.0"
ROUTES = (
    health, session, search, measure, figures, layers, tiles, base, live, coverage, playback, compute, patrols, saw,
    corrections, fixes, track, positions, crews, devices, observations, photos, posts, performance, duties, effect,
    network, registers, trend, debt, effort, alarms, plans, plan_changes, sheets, landuse, landuse_batches, ogc,
    ogc_items, ogc_edit, ogc_tiles, handout, qgis, docs, screen,
)  # fmt: skip
"""In the order in which they are tried and described; the screen takes the rest."""


OWN: dict[str, Any] = {"openapi_url": None, "docs_url": None, "redoc_url": None, "redirect_slashes": False}
"""What the framework would add by itself and routes of ours do."""


def drawing_of(settings: Settings, catalogue: Catalogue, listener: Listener) -> Drawing:
    """What draws tiles: from the database, or from its replica where one is named; on connections of its own."""
    at_once = TILES_AT_ONCE + NARROWED_AT_ONCE
    replica = Database.at(settings.replica_url, pool_size=at_once) if settings.replica_url else None
    database = Database.at(settings.database_url, pool_size=at_once)
    # Told of a notice before the tiles are.
    return Drawing(database, catalogue, Replica(replica, listener) if replica else None)


def offices_of(settings: Settings, database: Database, live: Live, listener: Listener) -> tuple[Office, Office]:
    """Who has plans solved and batches of land checks checked."""
    return (
        Office.of(PLANS, settings, database, live, listener, store.erase_old, state_told),
        Office.of(BATCHES, settings, database, live, listener, batch_store.erase_old, batch_told),
    )


def middleware(first: First, settings: Settings) -> list[Middleware]:
    """What every request passes on its way in, the outermost first."""
    shared = bool(settings.origins)
    return [
        Middleware(TilesFirst, first=first),
        Middleware(Headers, secure=settings.secure, shared=shared),
        *([Middleware(CORSMiddleware, **sharing(settings.origins))] if shared else []),
        Middleware(problems.CatchAll),
        Middleware(Readable),
        Middleware(Bounded),
    ]


def routed(app: FastAPI) -> FastAPI:
    """The application with its routes, in the order in which they are tried; pages of the screen last."""
    app.state.pages = screen.read_pages()
    for routes in ROUTES:
        app.include_router(routes.router)
    app.include_router(screen.listed)
    app.include_router(screen.page_routes(app.state.pages))
    app.state.routes = list(iter_route_contexts(app.routes))
    return app


def create_app(settings: Settings, catalogue: Catalogue | None = None) -> FastAPI:
    """The application for one deployment; it connects to the database when it is started."""
    catalogue = read_catalogue() if catalogue is None else catalogue
    database = Database.at(settings.database_url)
    listener = Listener(settings.database_url)
    watch = Watch(listener, catalogue)
    drawing = drawing_of(settings, catalogue, listener)
    tiles = Tiles(drawing, catalogue, listener, TILE_CACHE_BYTES)
    gate = Gate(settings, database, catalogue, watch, Guesses())
    live_streams = Live(gate, listener)
    tiles.tell(live_streams.changed)
    shared = bool(settings.origins)
    first = First(tiles, Recall(gate), always(secure=settings.secure, shared=shared), shared=shared)
    intake = Intake(Targets(catalogue), settings.reaches_m)
    backlog = Worker(database, intake.targets, settings.reaches_m)
    upkeep = Upkeep(database, catalogue)
    offices = offices_of(settings, database, live_streams, listener)
    base_maps = Service(Bases(settings.data, settings.bounds, os.environ))

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        tiles.start()
        live_streams.start()
        for office in offices:
            office.news.start()
        await run_in_threadpool(listener.start)
        backlog.start()
        upkeep.start()
        for office in offices:
            office.runner.start()
        yield
        await live_streams.stop()
        for office in offices:
            office.news.stop()
            await run_in_threadpool(office.runner.stop)
        await run_in_threadpool(upkeep.stop)
        await run_in_threadpool(backlog.stop)
        await run_in_threadpool(listener.stop)
        await run_in_threadpool(tiles.stop)
        await run_in_threadpool(base_maps.close)
        drawing.close()
        database.close()

    app = FastAPI(
        title=f"{settings.name}城市运行平台",
        version=VERSION,
        description="图层、切片、巡查与覆盖。坐标一律为经度在前的度(CRS84)。",
        lifespan=running,
        **OWN,
        dependencies=[Depends(only_known)],
        middleware=middleware(first, settings),
        exception_handlers=dict.fromkeys(problems.HANDLED, problems.answer),
    )
    app.state.listener, app.state.tiles, app.state.first = listener, tiles, first
    app.state.intake, app.state.backlog, app.state.door = intake, backlog, Door()
    app.state.gate, app.state.live, app.state.wheels = gate, live_streams, Wheels()
    (app.state.plan_runner, app.state.plan_news), (app.state.batch_runner, app.state.batch_news) = offices
    app.state.plan_holding = Holding()
    app.state.base, app.state.turns = base_maps, Turns()
    app.state.days, app.state.networks, app.state.landuse = Days(), Networks(), Desk(database, settings.local_crs)
    return routed(app)
