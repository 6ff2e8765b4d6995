"""The sample in the database: loading it, taking out exactly what was put in."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Engine

from api.banks.derive import derive_banks
from api.banks.reaches import multirange
from api.duties.sides import store_sides
from api.patrols.accept import Intake, Outing
from api.sightings.reaches import store_reaches
from api.sightings.resight import resight
from api.sightings.sighting import refresh_last_seen
from api.sightings.targets import Targets
from api.sightings.wholes_anew import resight_wholes
from api.tracks.track import RawTrack
from api.transfer.statement import copy_in, listed, table_of
from geo.lines.chainage import CentimetreRange
from geo.tracks.datum import Datum, wgs84_to_gcj02
from layers import query
from layers.catalogue import read_catalogue
from layers.crs import STORED_SRID
from layers.errors import Conflict, NotFound
from seeds import Track, sample, tracks
from seeds.city import VALID_FROM, crew_frame, device_frame, duty_frame
from seeds.observations import observations
from seeds.posts import reaches
from seeds.scene import scene

__all__ = ["load_sample", "remove_sample"]

MADE_BY = "示例数据"
REACHES_M = (25.0,)
NORMAL = "一切正常"
TRACKS_AT_ONCE = 100
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class _Order:
    """What is to be loaded."""

    scale: int
    today: date
    reaches_m: tuple[float, ...]

    @cached_property
    def tracks(self) -> list[Track]:
        """What the crews walked; worked out once, for some observations lie on it."""
        return list(tracks(self.today, self.scale))


def load_sample(
    target: Engine | Connection, scale: int = 1, today: date | None = None, *, reaches_m: Sequence[float] = REACHES_M
) -> dict[str, int]:
    """Load the sample where it is not loaded yet; how many rows each part has got, nothing for what was there.

    target: an engine, where layers, banks and patrols come in a transaction each, so that what was interrupted is
    gone on with; or a connection, whose transaction is used. today: the day after the last patrol, by default the
    deployment's today. reaches_m: for which patrols' sightings are worked out, beside those that are stored.
    Raises Conflict where the sample is loaded at another scale.
    """
    made: dict[str, int] = {}
    order: _Order | None = None
    for part in (_load_layers, _load_banks, _load_duties, _load_crews, _load_patrols, _load_observations):
        with _acting(target) as connection:
            done = _loaded(connection, scale)
            order = order or _Order(scale, today or _today(connection), tuple(reaches_m))
            made |= part(connection, done, order)
    if made:
        with _acting(target) as connection:
            query.execute(connection, "deployment/gather_statistics")
    return made


def remove_sample(connection: Connection) -> dict[str, int]:
    """Take out the sample: rows, their history, what was derived from them. How many rows left each table.

    What it shared with real data, such as when a real road was last seen, is worked out anew.
    """
    _act(connection)
    seen = [(row["layer"], row["code"]) for row in query.rows(connection, "patrol/sample_targets")]
    removed: dict[str, int] = {}
    for row in query.rows(connection, "deployment/sample_tables"):
        result = query.execute(connection, "deployment/sample_remove", {"table": row["table"]})
        if result.rowcount and not row["history"]:
            removed[row["table"]] = result.rowcount
    query.execute(connection, "deployment/sample_remove_editions")
    if removed:
        derive_banks(connection)
    for layer in sorted({layer for layer, _ in seen}):
        codes = [code for owner, code in seen if owner == layer]
        query.execute(connection, "patrol/sample_forget_seen", {"table": f"city.{layer}"}, layer=layer, codes=codes)
        refresh_last_seen(connection, layer, codes)
    query.execute(connection, "coverage/side_forget_gone")
    for whole in read_catalogue().watched_layers:
        query.execute(connection, "coverage/wholes_orphans", {"table": whole.table}, layer=whole.id)
    for kept in ("duty_state_forget", "past_change_prune"):
        query.execute(connection, f"coverage/{kept}")
    return removed


@contextmanager
def _acting(target: Engine | Connection) -> Iterator[Connection]:
    if isinstance(target, Connection):
        _act(target)
        yield target
        return
    with target.begin() as connection:
        _act(connection)
        yield connection


def _act(connection: Connection) -> None:
    query.execute(connection, "deployment/access_reader", user=MADE_BY, role="admin", read_only="off")


def _today(connection: Connection) -> date:
    zone = query.rows(connection, "deployment/deployment_facts")[0]["timezone"]
    return datetime.now(ZoneInfo(zone)).date()


def _edition_name(scale: int) -> str:
    return "示例" if scale == 1 else f"示例 ×{scale}"


def _loaded(connection: Connection, scale: int) -> set[str]:
    """The layers whose part of the sample is there."""
    editions = query.rows(connection, "deployment/sample_editions")
    other = {row["name"] for row in editions} - {_edition_name(scale)}
    if other:
        raise Conflict(f"已装入另一规模的示例({'、'.join(sorted(other))}):请先运行 huashan seed --remove。")
    return {row["layer"] for row in editions}


def _load_layers(connection: Connection, done: set[str], order: _Order) -> dict[str, int]:
    # A sample that an earlier version loaded has no paths yet.
    if {"grid", "path", "post"} <= done:
        return {}
    city = sample(order.scale)
    made = {}
    for layer, frame in city.layers.items():
        if layer in done:
            continue
        for valid_from, rows in frame.groupby("valid_from"):
            edition_id = _edition(connection, layer, order, len(rows), valid_from)
            _copy(connection, read_catalogue()[layer].table, rows, edition_id)
        made[layer] = len(frame)
        if layer == "farmland":
            _copy(connection, "city.farmland_target", city.targets, edition_id)
        # Patrols that were there before may have been there.
        resight_wholes(connection, read_catalogue()[layer], frame["code"].tolist())
    if "post" in done:
        return made
    _copy(connection, "city.post", city.posts, _edition(connection, "post", order, len(city.posts)))
    return made | {"post": len(city.posts)}


def _load_banks(connection: Connection, done: set[str], order: _Order) -> dict[str, int]:
    """Banks by the waters' shape; then the reaches, whose ranges are shares of each bank's length."""
    if "reach" in done:
        return {}
    derive_banks(connection)
    # Patrols that were there before may have seen the sample's roads.
    resight(connection, "road", [road.code for road in scene().roads])
    held = reaches()
    edition_id = _edition(connection, "reach", order, len(held))
    for reach in held:
        end_cm = query.value(connection, "water/bank_length", code=reach.bank_code)
        if end_cm is None:
            raise NotFound(f"示例没有推算出岸线 {reach.bank_code!r}:请把这条消息报告给开发者。")
        query.execute(
            connection,
            "water/reach_insert",
            code=reach.code,
            name=reach.name,
            bank_code=reach.bank_code,
            span=multirange(_ranges(reach.first, reach.last, end_cm)),
            post_code=reach.post_code,
            provenance="synthetic",
            edition_id=edition_id,
            valid_from=VALID_FROM,
        )
    return {"reach": len(held)}


def _load_duties(connection: Connection, done: set[str], order: _Order) -> dict[str, int]:
    if "duty" in done:
        return {}
    held = duty_frame(order.today)
    _copy(connection, "city.duty", held, _edition(connection, "duty", order, len(held)))
    return {"duty": len(held)}


def _load_crews(connection: Connection, done: set[str], order: _Order) -> dict[str, int]:
    if "crew" in done:
        return {}
    held = {"crew": crew_frame(order.scale), "device": device_frame(order.scale)}
    for table, frame in held.items():
        _copy(connection, f"city.{table}", frame, _edition(connection, table, order, len(frame)))
    return {table: len(frame) for table, frame in held.items()}


def _load_patrols(connection: Connection, done: set[str], order: _Order) -> dict[str, int]:
    if "patrol" in done:
        return {}
    edition_id = _edition(connection, "patrol", order, 0)
    zone = ZoneInfo(query.rows(connection, "deployment/deployment_facts")[0]["timezone"])
    end = datetime.combine(order.today, time(), zone) + timedelta(days=1)
    store_reaches(connection, order.reaches_m)
    store_sides(connection, read_catalogue())
    intake = Intake(Targets(read_catalogue()), order.reaches_m)
    given = [_handed_in(track, edition_id) for track in order.tracks]
    taken = 0
    for start in range(0, len(given), TRACKS_AT_ONCE):
        receipts = intake.accept_all(connection, given[start : start + TRACKS_AT_ONCE], now=end, refresh=False)
        taken += sum(receipt.status == "accepted" for receipt in receipts)
    touched = [(row["layer"], row["code"]) for row in query.rows(connection, "patrol/sample_targets")]
    for layer in sorted({layer for layer, _ in touched}):
        refresh_last_seen(connection, layer, [code for owner, code in touched if owner == layer])
    return {"patrol": taken}


def _load_observations(connection: Connection, done: set[str], order: _Order) -> dict[str, int]:
    if "observation" in done:
        return {}
    found = observations(order.today, order.tracks)
    edition_id = _edition(connection, "observation", order, len(found))
    _copy(connection, read_catalogue()["observation"].table, found, edition_id)
    return {"observation": len(found)}


def _handed_in(track: Track, edition_id: int) -> tuple[RawTrack, Outing]:
    """A track as its phone would send it: shifted to the datum the phone uses."""
    lon, lat = track.lon, track.lat
    if track.sent_in == Datum.GCJ02:
        lon, lat = (np.round(degrees, 7) for degrees in wgs84_to_gcj02(lon, lat))
    raw = RawTrack(1, track.device, lon, lat, track.times_s, track.accuracy_m, track.received_s)
    content = b"".join(column.tobytes() for column in (track.times_s, lon, lat))
    outing = Outing(
        mode=track.mode,
        datum=track.datum,
        crew=track.crew,
        post_code=track.post,
        report=f"示例轨迹,含缺陷:{track.note}" if track.note else NORMAL,
        sha256=hashlib.sha256(track.code.encode() + content).hexdigest(),
        code=track.code,
        sample=True,
        edition_id=edition_id,
    )
    return raw, outing


def _ranges(first: float, last: float, end_cm: int) -> list[CentimetreRange]:
    """Shares of a length as centimetres; two ranges where they run across 0.

    >>> _ranges(0.9, 0.2, 1000)
    [(0, 200), (900, 1000)]
    """
    start, stop = round(first * end_cm), round(last * end_cm)
    pieces = [(start, stop)] if start < stop else [(0, stop), (start, end_cm)]
    return [(low, high) for low, high in pieces if low < high]


def _edition(connection: Connection, layer: str, order: _Order, rows: int, valid_from: date = VALID_FROM) -> int:
    name = _edition_name(order.scale)
    found = query.value(
        connection, "deployment/sample_edition", layer=layer, name=name, valid_from=valid_from, rows=rows
    )
    return int(found)


def _copy(connection: Connection, table: str, frame: pd.DataFrame, edition_id: int) -> None:
    """Copy a table's rows in one go, as part of an edition."""
    full = frame.assign(edition_id=edition_id)
    columns = [_column(full[name]) for name in full.columns]
    body = io.StringIO("".join("\t".join(row) + "\n" for row in zip(*columns, strict=True)))
    copy_in(connection, "sample", {"table": table_of(table), "columns": listed(list(full.columns))}, body)


def _column(values: pd.Series) -> list[str]:
    """A column as a COPY reads it.

    >>> _column(pd.Series(["a", None]))
    ['a', '\\\\N']
    """
    if isinstance(values, gpd.GeoSeries):
        shapes = shapely.set_srid(values.to_numpy(), STORED_SRID)
        return [str(text) for text in shapely.to_wkb(shapes, hex=True, include_srid=True)]
    pairs = zip(values, values.isna(), strict=True)
    return ["\\N" if missing else _text(value).translate(_ESCAPES) for value, missing in pairs]


def _text(value: object) -> str:
    return "{" + ",".join(f'"{part}"' for part in value) + "}" if isinstance(value, tuple) else str(value)
