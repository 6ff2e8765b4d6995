"""What was asked, by whom, of which time: the facts of a check, name and value."""

from api.landuse.paper import words
from api.landuse.paper.words import Json

__all__ = ["AS_THEY_ARE", "facts_of"]

AS_THEY_ARE = {"名称", "提出人", "范围来源"}
"""Facts that are somebody's own words."""
_HOW = {"found": "文件所载", "said": "提交时指明", "fitted": "按公共点拟合", "configured": "按部署配置"}
_SOURCES = {"drawn": "图上绘制", "pasted": "粘贴的坐标"}


def facts_of(answer: Json) -> list[tuple[str, str]]:
    """The facts in the order in which paper has them."""
    asked, outline = answer["asked"], answer["outline"]
    notes = [*asked["notes"], *outline["repairs"]]
    if outline["outside"]:
        notes.append(f"有 {words.area(outline['outside'])} 在辖区之外")
    return [
        ("名称", answer["name"] or "(未命名)"),
        ("拟开展活动", asked["activity_name"]),
        ("提出人", answer["made_by"] or "—"),
        ("核查时间", words.moment(answer["made_at"])),
        ("数据现状日", words.day(asked["as_of"])),
        ("知晓时点", words.moment(asked["known_at"])),
        ("范围面积", words.area(outline["area"])),
        ("范围形状", _shape(outline)),
        ("范围来源", _SOURCES.get(asked["source"], asked["source"] or "—")),
        ("坐标系", f"{asked['crs_name']}({_HOW.get(asked['crs_how'], asked['crs_how'])})"),
        *([("读取说明", ";".join(str(note).rstrip("。") for note in notes) + "。")] if notes else []),
        ("资料版次", ";".join(_edition(one) for one in answer["editions"]) or "—"),
    ]


def _shape(outline: Json) -> str:
    holes = f",{outline['holes']} 个孔" if outline["holes"] else ""
    return f"{outline['parts']} 块{holes},{outline['vertices']:,} 个界址点,周长 {words.metres(outline['perimeter_m'])}"


def _edition(one: Json) -> str:
    return f"{words.title_of(one)}:{one['edition'] or '未记版次'}({one['valid_from'] or '现状日期未记'})"
