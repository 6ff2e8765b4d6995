"""The city as it stands at an instant, read for a plan: what is owed of which duties, where, and what can be gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.duties.accounts import Basis, DutyAccount, accounts_of, ready, state_at
from api.duties.layers import check_layer
from api.duties.read import Charge, read_duties
from api.duties.sides import sided
from api.plans.network import read_plan_network
from api.plans.risk import found_places, weights
from api.sightings.sides import BANK, water_surfaces
from api.sightings.targets import City as Place
from api.sightings.targets import read_city, view
from geo.duties.calendar import instant, local_date
from geo.plan.city import City, DutyOwed, Targets
from layers import query
from layers.catalogue import Catalogue, Layer
from layers.crs import STORED, project
from layers.errors import NotFound

__all__ = ["Found", "read_plan_city"]

Geometries = NDArray[np.object_]


class Found(NamedTuple):
    """The city, the facts of the deployment, the duties of which nothing can be said yet, and what the network is."""

    city: City
    place: Place
    waiting: list[dict[str, object]]
    network: dict[str, Any]


def read_plan_city(
    connection: Connection, catalogue: Catalogue, days: Sequence[date], options: Mapping[str, Any], known: datetime
) -> Found:
    """The city as known at an instant, for a plan of these days.

    options: of the plan: `layers` and `duties`, only these; `risk`, whether findings weigh. Raises NotFound for a layer
    or duty that is not there.
    """
    place = read_city(connection)
    charges = _charges(connection, catalogue, days, options, known, place)
    charges, waiting = ready(connection, charges)
    accounts = accounts_of(connection, charges, _term(charges, days, known, place), Basis(place.zone))
    targets = _targets(connection, catalogue, charges, place)
    owed = [_owed(account, known.timestamp()) for account in accounts]
    if options["risk"] == "observations":
        owed = _weighed(owed, targets, found_places(connection, place.metric_crs, known))
    network, told = read_plan_network(connection, known)
    roads = _roads(connection, catalogue, place)
    city = City(network, tuple(targets), tuple(owed), place.zone, known.timestamp(), roads)
    return Found(city, place, waiting, told)


def _charges(
    connection: Connection,
    catalogue: Catalogue,
    days: Sequence[date],
    options: Mapping[str, Any],
    known: datetime,
    place: Place,
) -> list[Charge]:
    for layer in options["layers"] or ():
        check_layer(catalogue, layer)
    today = local_date(known.timestamp(), place.zone)
    every = read_duties(connection, catalogue, (min(today, *days), max(days) + timedelta(days=1)))
    there = {charge.versions[-1].code for charge in every}
    for code in options["duties"] or ():
        if code not in there:
            raise NotFound(f"那几天没有职责 {code[:80]!r}:可用的见 /duties。")
    return [charge for charge in every if _wanted(charge, options)]


def _wanted(charge: Charge, options: Mapping[str, Any]) -> bool:
    layers, duties = options["layers"], options["duties"]
    about = {charge.layer, *(duty.layer for duty in charge.versions)}
    return (not layers or bool(about & set(layers))) and (not duties or charge.versions[-1].code in duties)


def _term(charges: Iterable[Charge], days: Sequence[date], known: datetime, place: Place) -> tuple[float, float]:
    """From the beginning of the calendar periods that the days fall into, as far as duties count by them, until now."""
    at_s = known.timestamp()
    first = min(local_date(at_s, place.zone), min(days))
    begins = [first.replace(day=1)]
    kinds = {duty.per for charge in charges for duty in charge.versions}
    if "week" in kinds:
        begins.append(first - timedelta(days=first.weekday()))
    if "quarter" in kinds:
        begins.append(first.replace(month=(first.month - 1) // 3 * 3 + 1, day=1))
    return min(instant(min(begins), 0, place.zone), at_s), at_s


def _owed(account: DutyAccount, at_s: float) -> DutyOwed:
    judged = account.judged
    return DutyOwed(
        versions=account.charge.versions,
        layer=account.charge.layer,
        codes=account.charge.codes,
        state=account.account.state,
        last_effective_s=state_at(account, at_s).last_effective_s,
        effective_s=tuple(judged.started_s[judged.effective].tolist()),
    )


def _weighed(owed: Sequence[DutyOwed], targets: Sequence[Targets], found: Geometries) -> list[DutyOwed]:
    by_layer = {one.layer: dict(zip(one.codes, weights(one, found).tolist(), strict=True)) for one in targets}
    return [replace(one, risk=np.array([by_layer[one.layer].get(code, 1.0) for code in one.codes])) for one in owed]


def _targets(connection: Connection, catalogue: Catalogue, charges: Sequence[Charge], place: Place) -> list[Targets]:
    """The targets of each layer that duties are about, those that are there today."""
    codes: dict[str, set[str]] = {}
    for charge in charges:
        codes.setdefault(charge.layer, set()).update(charge.codes)
    asks_side = {code for charge in charges for duty in charge.versions if sided(charge, duty) for code in charge.codes}
    return [_layer_targets(connection, catalogue[one], sorted(codes[one]), asks_side, place) for one in sorted(codes)]


def _layer_targets(
    connection: Connection, layer: Layer, codes: Sequence[str], asks_side: set[str], place: Place
) -> Targets:
    found, shapes = _drawn(connection, layer, place, codes)
    names = query.rows(connection, "duty/names_there", {"table": view(layer)}, codes=found)
    called = {row["code"]: row["name"] or row["code"] for row in names}
    return Targets(
        layer=layer.id,
        whole=not layer.lines,
        codes=tuple(found),
        names=tuple(called.get(code, code) for code in found),
        shapes=shapes,
        waters=_waters(connection, found, place) if layer.id == BANK and asks_side else (),
        by_roads=layer.by_roads,
    )


def _waters(connection: Connection, codes: Sequence[str], place: Place) -> tuple[shapely.Geometry | None, ...]:
    surfaces = water_surfaces(connection, place)
    rows = query.rows(connection, "coverage/side_banks", None, codes=list(codes))
    water = {row["code"]: surfaces.get(row["water_code"]) for row in rows}
    return tuple(water.get(code) for code in codes)


def _roads(connection: Connection, catalogue: Catalogue, place: Place) -> Geometries:
    """The lines whose length inside areas counts: all but those worked out from something else, as banks are."""
    some = [_drawn(connection, layer, place, None)[1] for layer in catalogue.line_layers if not layer.derived]
    return np.concatenate([np.empty(0, dtype=object), *some])


def _drawn(
    connection: Connection, layer: Layer, place: Place, codes: Sequence[str] | None
) -> tuple[list[str], Geometries]:
    rows = query.rows(
        connection, "patrol/target_lines", {"table": view(layer)}, codes=None if codes is None else list(codes)
    )
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
    return [row["code"] for row in rows], np.asarray(project(degrees, STORED, place.metric_crs), dtype=object)
