"""Making, replacing, updating and removing one feature: read, checked, written, and followed by what depends on it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection

from api.access.columns import Columns
from api.access.reader import Reader
from api.answers.problems import Stale, Unconditional
from api.edits.body import Sent
from api.edits.columns import Editable, Values, editable
from api.edits.referred import check_unreferred
from api.edits.row import Held, Row, differing, ended, held, inserted, refusals, updated
from api.edits.shape import Ground, shaped
from api.features.conditions import GEOMETRY
from api.features.rows import When, numbered, rows_of
from api.features.systems import System
from api.features.when import Days
from api.holding import read_holding
from api.limits import EDIT_LOCK_S
from api.transfer.follow import follow
from api.transfer.key import shape_keys
from layers import query
from layers.catalogue import Catalogue, Layer
from layers.crs import Bounds
from layers.errors import BadInput, NotFound

__all__ = ["Editor", "Outcome", "Version"]

_PLACED = frozenset({GEOMETRY, "code", "valid_from", "valid_to"})
"""What decides where and when a feature lies: on nothing else hangs what patrols saw of it."""
_READ_BY_OTHERS = {
    "water": frozenset({"name", "kind", "width_m", "width_assumed", "flow_deg", "provenance"}),
    "grid": frozenset({"level", "parent_code", "family"}),
}
"""By layer what else decides about something: banks, and warnings about the tree of grids."""
_MOST_NOTES = 50


class Version(NamedTuple):
    """A feature at one time: GeoJSON text, and its ETag."""

    text: str
    etag: str

    @property
    def feature(self) -> dict[str, Any]:
        """The feature, read."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def properties(self) -> dict[str, Any]:
        """Its properties."""
        found: dict[str, Any] = self.feature["properties"]
        return found


@dataclass(frozen=True)
class Outcome:
    """What an edit came to: the feature before and after it, None where there was or is none, and what to say of it."""

    id: int
    before: Version | None
    after: Version | None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Editor:
    """Somebody who edits a layer inside a transaction. system: of the shapes sent and told; mend: see `shaped`."""

    connection: Connection
    catalogue: Catalogue
    layer: Layer
    reader: Reader
    system: System
    mend: bool = False

    def create(self, sent: Sent) -> Outcome:
        """Add a feature; it is true from today where it does not say. Without a code it gets one made of its shape."""
        columns = editable(self.connection, self.layer, self.reader)
        values = columns.values(sent.properties, {})
        shape = shaped(sent.geometry, self._ground(columns), mend=self.mend)
        notes = [*shape.notes, *self._first_real()]
        if not isinstance(values.get("code"), str):
            values["code"] = str(shape_keys(np.array([shape.geometry], dtype=object))[0])
            notes.append(f"没有给出编码:以图形的摘要 {values['code']} 作编码")
        query.execute(self.connection, "deployment/transfer_turn", table=self.layer.table)
        row = Row(values, shape.geometry)
        with refusals(self.connection, columns, {}, values):
            id = inserted(self.connection, columns, row)
            notes += self._followed([str(values["code"])])
        after = self._version(columns, id)
        return Outcome(id, None, after, [*notes, *self._not_yet(after)][:_MOST_NOTES])

    def replace(self, id: int, sent: Sent, if_match: str | None) -> Outcome:
        """Let a feature be what was sent: what that leaves out is emptied, but for code, validity and provenance."""

        def wanted(columns: Editable, before: Mapping[str, Any]) -> Values:
            return {**columns.values(sent.properties, before), **columns.emptied(sent.properties)}

        return self._changed(id, sent, if_match, wanted, shape_needed=True)

    def update(self, id: int, sent: Sent, if_match: str | None) -> Outcome:
        """Change what was sent of a feature, by JSON Merge Patch; what is null is emptied."""

        def wanted(columns: Editable, before: Mapping[str, Any]) -> Values:
            return columns.values(sent.properties, before)

        return self._changed(id, sent, if_match, wanted, shape_needed="geometry" in sent.said)

    def remove(self, id: int, if_match: str | None) -> Outcome:
        """End a feature today. It was true until then, as its history and earlier days go on to say."""
        standing, columns = self._held(id), editable(self.connection, self.layer, self.reader)
        before = self._seen(columns, id, if_match)
        check_unreferred(self.connection, self.layer, standing.code, "删除")
        with refusals(self.connection, columns, before.properties, {}):
            ended(self.connection, self.layer, id)
            notes = self._followed([standing.code])
        return Outcome(id, before, None, notes[:_MOST_NOTES])

    def _changed(
        self,
        id: int,
        sent: Sent,
        if_match: str | None,
        wanted: Callable[[Editable, Mapping[str, Any]], Values],
        *,
        shape_needed: bool,
    ) -> Outcome:
        standing, columns = self._held(id), editable(self.connection, self.layer, self.reader)
        before = self._seen(columns, id, if_match)
        if "id" in sent.said and str(sent.id) != str(id):
            raise BadInput(f"正文里的编号 id 是 {str(sent.id)[:40]!r},网址里是 {id}:请改成一致,或去掉 id。")
        values = wanted(columns, {**before.properties, "id": id})
        shape = shaped(sent.geometry, self._ground(columns), mend=self.mend) if shape_needed else None
        row = differing(self.connection, columns, id, standing, Row(values, shape.geometry if shape else None))
        notes = list(shape.notes) if shape else []
        if not row.values and row.geometry is None:
            return Outcome(id, before, before, notes)
        notes += self._written(columns, id, standing, before, row)
        after = self._version(columns, id)
        return Outcome(id, before, after, [*notes, *self._not_yet(after)][:_MOST_NOTES])

    def _written(self, columns: Editable, id: int, standing: Held, before: Version, row: Row) -> list[str]:
        """Write what differs, and what follows from it."""
        self._check_standing(standing, row.values)
        changed = {*row.values, *([GEOMETRY] if row.geometry is not None else [])}
        codes = {standing.code, str(row.values.get("code", standing.code))}
        with refusals(self.connection, columns, before.properties, row.values):
            updated(self.connection, columns, id, row)
            follows = changed & (_PLACED | _READ_BY_OTHERS.get(self.layer.id, frozenset()))
            notes = self._followed(sorted(codes)) if follows else []
        own = ["这是示例数据里的一条:huashan seed --remove 会把它连同修改一起取出"] if standing.sample else []
        return [*notes, *own]

    def _followed(self, codes: list[str]) -> list[str]:
        """What depends on the features brought up to date. Tracks that are being worked out are waited for."""
        query.execute(self.connection, "deployment/edit_patience", within=f"{EDIT_LOCK_S}s")
        return follow(self.connection, self.layer, codes)

    def _check_standing(self, standing: Held, values: Values) -> None:
        """Raises Conflict where what is referred to gets another code, or an end."""
        if "code" in values:
            check_unreferred(self.connection, self.layer, standing.code, "改编码")
        elif isinstance(values.get("valid_to"), str):
            check_unreferred(self.connection, self.layer, standing.code, "终止")

    def _held(self, id: int) -> Held:
        found = held(self.connection, self.layer, id)
        if found is None:
            raise NotFound(
                f"图层“{self.layer.title.zh}”没有编号为 {id} 的要素可改:没有过,或已失效(可用 datetime 查看)。"
            )
        return found

    def _seen(self, columns: Editable, id: int, if_match: str | None) -> Version:
        """The feature as it stands. Raises Unconditional or Stale unless it is what If-Match names."""
        found = self._version(columns, id)
        assert found is not None, "a held row has not ended, so that some day tells of it"
        if if_match is None:
            raise Unconditional(
                "修改与删除须带请求头 If-Match,其值为读取时所得的 ETag,以免覆盖他人刚做的修改;"
                "不论现状都要改时用 If-Match: *(QGIS 不发 ETag:请在其身份验证配置“API Header”里加上这一行)。"
            )
        tags = {tag.strip().removeprefix("W/") for tag in if_match.split(",")}
        if not tags & {"*", found.etag}:
            raise Stale("这个要素已被他人修改:请重新读取,核对后再改。")
        return found

    def _version(self, columns: Editable, id: int) -> Version | None:
        """The feature as this transaction has it, whichever days it is true on; None where it is true on none."""
        any_day = When(Days(None, None), None)
        rows = rows_of(self.layer, Columns(columns.told, kept=True), any_day, [numbered(id)], None)
        found = rows.feature(self.connection, self.system)
        return Version(found.feature, f'"{id}-{found.version}"') if found else None

    def _ground(self, columns: Editable) -> Ground:
        facts = query.rows(self.connection, "deployment/transfer_deployment")[0]
        return Ground(self.system, Bounds(*facts["bounds"]), columns.shape.kinds)

    def _first_real(self) -> list[str]:
        if read_holding(self.connection, self.catalogue) != "sample":
            return []
        return ["数据库里此前只有示例数据:现在真实与示例混在一起(屏幕会显示「混合」),不带令牌的浏览随即关闭"]

    def _not_yet(self, after: Version | None) -> list[str]:
        today: date = query.rows(self.connection, "deployment/transfer_deployment")[0]["today"]
        starts = after.properties.get("valid_from") if after else None
        if starts is None or date.fromisoformat(starts) <= today:
            return []
        return [f"生效日期 {starts} 在今天之后:到那天才在地图上看到,现在可用 datetime 查看"]
