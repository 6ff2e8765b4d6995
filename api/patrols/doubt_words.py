"""Flags in words: what was measured, the limit that it broke, and what it looks like."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from api.answers.times import said
from api.patrols.pseudonyms import code_told
from layers import query

__all__ = ["KIND_WORDS", "flags_told", "in_words"]

Evidence = Mapping[str, float]
KIND_WORDS = {
    "drive_by": "乘车代巡",
    "replay": "重放旧轨迹",
    "two_places": "同时两地",
    "left_lying": "设备闲置",
    "clock": "时钟有误",
}
_MODES = {"foot": "步行", "bicycle": "骑行", "car": "车巡", "boat": "船巡", "drone": "无人机"}
_PLACE = ("x_m", "y_m", "other_x_m", "other_y_m")
"""Where phones were: told to those who may see where people were."""


def flags_told(connection: Connection, patrol_id: int, mode: str, *, places: bool) -> list[dict[str, Any]]:
    """The flags that stand on a patrol, in order of time, with evidence and in words.

    places: whether the evidence may say where somebody was, and which code another patrol was given.
    """
    found = query.rows(connection, "patrol/doubts_told", None, patrol_id=patrol_id)
    others = [row["other"] if places or not row["other"] else code_told(row["other"], row["other_id"]) for row in found]
    return [
        {
            "kind": row["kind"],
            "title": KIND_WORDS[row["kind"]],
            "from": said(row["from_at"]),
            "to": said(row["to_at"]),
            "other": other,
            "evidence": {name: one for name, one in row["evidence"].items() if places or name not in _PLACE},
            "words": in_words(row["kind"], row["evidence"], mode, other),
        }
        for row, other in zip(found, others, strict=True)
    ]


def in_words(kind: str, evidence: Evidence, mode: str, other: str | None = None) -> str:
    """One flag as a sentence. mode: of the patrol; other: the code of the one it was held against.

    >>> in_words("left_lying", {"time_s": 7200, "fixes_count": 361, "scatter_m": 3.6, "error_m": 4.5}, "car")
    '2 小时 0 分钟没有移动:361 个定位点散布 3.6 米,在定位误差 4.5 米以内,像是设备闲置。'
    """
    if kind == "drive_by":
        return _drive_by(evidence, _MODES[mode])
    if kind == "replay":
        return _replay(evidence, other)
    if kind == "two_places":
        return _two_places(evidence, other)
    if kind == "left_lying":
        count, scatter_m, error_m = (evidence[name] for name in ("fixes_count", "scatter_m", "error_m"))
        still = f"{_lasting(evidence['time_s'])}没有移动"
        return f"{still}:{count:.0f} 个定位点散布 {scatter_m:.1f} 米,在定位误差 {error_m:.1f} 米以内,像是设备闲置。"
    return _clock(evidence)


def _drive_by(evidence: Evidence, mode: str) -> str:
    mean, most, limit = (_kmh(evidence[name]) for name in ("mean_mps", "most_mps", "limit_mps"))
    went = f"{evidence['length_m']:,.0f} 米、{_lasting(evidence['time_s'])}"
    return f"申报{mode},却有 {went}以平均 {mean}、最快 {most}行进,超过{mode}的 {limit}:像是乘车代巡。"


def _replay(evidence: Evidence, other: str | None) -> str:
    lag_s = evidence["lag_s"]
    when = f"{_lasting(abs(lag_s))}{'前' if lag_s > 0 else '后'}"
    went = f"{evidence['length_m']:,.0f} 米、{_lasting(evidence['time_s'])}(占 {evidence['share']:.0%})"
    alike = f"有 {went}与{when}的巡查 {other} 位置与快慢都相同,相差 {evidence['median_m']:.1f} 米"
    doubt = "像是旧轨迹重放" if lag_s > 0 else "那一次先到平台,两次中必有一次是重放"
    return f"{alike},不足 {evidence['limit_m']:.0f} 米:{doubt}。"


def _two_places(evidence: Evidence, other: str | None) -> str:
    apart = f",相距最远 {evidence['most_m']:,.0f} 米" if "most_m" in evidence else ""
    count, beyond_m = evidence["fixes_count"], evidence["beyond_m"]
    fastest = _kmh(evidence["fastest_mps"])
    if "turns_count" in evidence:
        turns = f"交替 {evidence['turns_count']:.0f} 次"
        if "conflicts_count" in evidence:
            beside = f"与巡查 {other} 的" if other else "同一巡查的"
            turns = f"{beside}定位点时刻相同、位置不同({evidence['conflicts_count']:.0f} 个)"
        mixed = f"同一设备的定位点分成两条轨迹,{turns}{apart}"
        return (
            f"{mixed}:有 {count:.0f} 个即使以 {fastest}也赶不到,超出 {beyond_m:,.0f} 米。像是两部手机共用一个设备号。"
        )
    return f"与巡查 {other} 同时在两地{apart}:有 {count:.0f} 个定位点即使以 {fastest}也赶不到,超出 {beyond_m:,.0f} 米。"


def _clock(evidence: Evidence) -> str:
    whole = ""
    if "hours_count" in evidence:
        whole = f",恰近 {evidence['hours_count']:.0f} 小时,像是时区设错"
    if "epochs_count" in evidence:
        whole = f",恰近 {evidence['epochs_count']:.0f} 个 1024 周,像是接收机周数翻转"
    if "ahead_s" in evidence:
        return f"设备时钟比收到时间快 {_lasting(evidence['ahead_s'])}{whole}:请校准设备时间。"
    if "behind_s" in evidence:
        return f"设备时钟比收到时间慢 {_lasting(evidence['behind_s'])}{whole}:请校准设备时间。"
    return f"设备时钟中途回拨 {_lasting(evidence['back_s'])}{whole},有 {_lasting(evidence['twice_s'])}被记了两遍。"


def _lasting(seconds: float) -> str:
    """A length of time to be read.

    >>> _lasting(604_800.0), _lasting(90.0)
    ('7 天 0 小时', '2 分钟')
    """
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} 分钟" if minutes else f"{seconds:.0f} 秒"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} 小时 {minutes} 分钟" if hours < 24 else f"{hours // 24} 天 {hours % 24} 小时"


def _kmh(speed_mps: float) -> str:
    return f"{speed_mps * 3.6:.1f} 千米/时"
