"""Whether a duty can be read under its code, and what it names is there: post, delegates, layer, targets, grid.

Which of its values go together is for the table's own rules, but for those that depend on the layer.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from api.answers.addresses import unaddressable
from layers import query
from layers.catalogue import Catalogue, Layer

__all__ = ["Said", "faults", "has_posts"]

Said = Mapping[str, object]
"""What is said of one duty, by field; lists are sequences of text."""
_AS_BANKS = ("reach",)
"""Seen as ranges of their banks."""
_TAKEN = ("performance",)
"""Codes under which another route answers."""
_SIDED = ("reach", "bank")
"""Layers whose targets have two sides of the water."""
_SHOWN = 3


def faults(
    connection: Connection, catalogue: Catalogue, said: Sequence[Said], days: Sequence[date]
) -> list[str | None]:
    """What is wrong with each of some duties, in one sentence, or None.

    days: since when each is to be true: what it names must be there then or later.
    """
    checking = _Checking(connection, catalogue, said, min(days, default=date.max))
    return [checking.fault(one) for one in said]


def has_posts(connection: Connection, layer: Layer) -> bool:
    """Whether a layer's features say which post answers for them, or their reaches do."""
    return layer.id == "bank" or bool(query.value(connection, "duty/has_posts", table=layer.table))


class _Checking:
    """What there is of all that some duties name."""

    def __init__(self, connection: Connection, catalogue: Catalogue, said: Sequence[Said], day: date) -> None:
        self.connection, self.catalogue, self.day = connection, catalogue, day
        delegates = {code for one in said for code in _codes(one, "delegates")}
        self.posts = self._there("city.post", {str(one.get("post_code")) for one in said})
        self.delegates = self._there("city.post", delegates) | self._there("city.crew", delegates)
        self.grids = self._there("city.grid", {str(one["within_code"]) for one in said if one.get("within_code")})
        self.targets = {
            layer.id: self._there(layer.table, {c for one in said if one.get("layer") == layer.id for c in _named(one)})
            for layer in catalogue.values()
            if not self._unseen(layer.id) and any(one.get("layer") == layer.id and _named(one) for one in said)
        }

    def _there(self, table: str, codes: set[str]) -> set[str]:
        if not codes:
            return set()
        found = query.rows(self.connection, "duty/codes_there", {"table": table}, codes=sorted(codes), day=self.day)
        return {row["code"] for row in found}

    def fault(self, said: Said) -> str | None:
        """The first thing that is wrong."""
        code = unaddressable(str(said.get("code") or ""), _TAKEN)
        return code or self._posts(said) or self._layer(said) or self._sides(said) or self._targets(said)

    def _posts(self, said: Said) -> str | None:
        post = said.get("post_code")
        if post and post not in self.posts:
            return f"没有责任岗位 {post!r}:请先用 huashan import post 导入岗位,或改正 post_code"
        missing = [code for code in _codes(said, "delegates") if code not in self.delegates]
        return f"没有受托岗位或巡查组 {_listed(missing)}:请先导入它们,或改正 delegates" if missing else None

    def _layer(self, said: Said) -> str | None:
        name = said.get("layer")
        if not name:
            return None
        if why := self._unseen(str(name)):
            return why
        if said.get("targets") in (None, "post") and not has_posts(self.connection, self.catalogue[str(name)]):
            return f"图层 {name!r} 没有责任岗位字段,不能按岗位取对象:请把 targets 改为 codes、within 或 all"
        return None

    def _sides(self, said: Said) -> str | None:
        if said.get("same_side") not in (True, "true") or said.get("layer") in _SIDED:
            return None
        return (
            f"图层 {said['layer']!r} 没有水的两岸,不能要求同侧看到:请去掉 same_side,或把 layer 改为 {'、'.join(_SIDED)}"
        )

    def _unseen(self, layer_id: str) -> str | None:
        return self.catalogue.why_unseen(layer_id, _AS_BANKS)

    def _targets(self, said: Said) -> str | None:
        grid = said.get("within_code")
        if grid and grid not in self.grids:
            return f"没有网格 {str(grid)[:80]!r}:请改正 within_code,或先导入网格"
        missing = [code for code in _named(said) if code not in self.targets.get(str(said.get("layer")), set())]
        return f"图层 {said['layer']!r} 里没有 {_listed(missing)}:请改正 target_codes,或先导入它们" if missing else None


def _codes(said: Said, name: str) -> list[str]:
    given = said.get(name)
    return [str(code) for code in given] if isinstance(given, (list, tuple)) else []


def _named(said: Said) -> list[str]:
    return _codes(said, "target_codes")


def _listed(codes: list[str]) -> str:
    more = f" 等 {len(codes):,} 个" if len(codes) > _SHOWN else ""
    return "、".join(repr(code[:80]) for code in codes[:_SHOWN]) + more
