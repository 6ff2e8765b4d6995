"""Sentences for what a caller got wrong, where the error itself comes from a library: value and remedy, in Chinese."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_RULES = {
    "known": "须为规定的取值之一",
    "form": "须符合规定的编码格式",
    "present": "不可为空",
    "valid": "须是有效图形(不自交)",
    "inside": "须在本平台的范围之内",
    "kind": "图形类型不符",
    "positive": "须大于零或不小于零",
    "range": "超出许可范围",
    "order": "先后颠倒:终止须不早于起始",
    "once": "已有相同的记录,有效期重叠",
    "apart": "与相邻图形重叠",
    "exists": "所指的上级不存在",
    "kept": "不可更改",
    "match": "数量不一致",
    "key": "已有相同的记录",
    "pkey": "已有相同的记录",
    "fkey": "所指的记录不存在或仍被引用",
}
"""What a constraint demands, by the last word of its name."""

_EXPECTED = {
    "int_parsing": "应为整数",
    "int_parsing_size": "应为位数合理的整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_parsing": "应为 1 或 0",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字",
    "string_pattern_mismatch": "格式不符",
    "date_type": "应为日期,如 2026-09-01",
    "date_from_datetime_parsing": "应为日期,如 2026-09-01",
    "date_parsing": "应为日期,如 2026-09-01",
    "date_from_datetime_inexact": "应为日期,如 2026-09-01",
    "datetime_parsing": "应为日期或时间,如 2026-09-01T08:00:00+08:00",
    "datetime_from_date_parsing": "应为日期或时间,如 2026-09-01T08:00:00+08:00",
    "missing": "必须给出",
    "json_invalid": "应为合法的 JSON",
    "extra_forbidden": "不认识,请删除",
    "dict_type": "应为 JSON 对象",
    "model_attributes_type": "应为 JSON 对象(Content-Type: application/json)",
    "list_type": "应为 JSON 数组",
}
_BOUNDED = {
    "greater_than_equal": "应不小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "应不大于 {le}",
    "less_than": "应小于 {lt}",
    "string_too_long": "应不超过 {max_length} 个字符",
    "string_too_short": "应至少有 {min_length} 个字符",
    "too_long": "应不超过 {max_length} 项",
    "too_short": "应至少有 {min_length} 项",
    "literal_error": "应为 {expected}",
    "enum": "应为 {expected}",
}
_MOST_NAMES = 5
_LONGEST_NAME = 60
_JOINTS = re.compile(r"(?P<quoted>'[^']*')|(?P<comma>, )| or ")


def shown(value: object) -> str:
    """A value as it may stand in a sentence: quoted, escaped and short.

    >>> shown("x" * 100)[:4], len(shown("x" * 100))
    ("'xxx", 83)
    """
    text = str(value)
    return ascii(text[:80]) + "…" if len(text) > 80 else repr(text)


def listed(choices: str) -> str:
    """Choices as pydantic joins them, joined in Chinese; what stands within quotes is left as it is.

    >>> listed("'a, b', 'this or that' or 'c'")
    "'a, b'、'this or that' 或 'c'"
    """
    return _JOINTS.sub(lambda found: found["quoted"] or ("、" if found["comma"] else " 或 "), choices)


def validation_sentence(errors: Sequence[Mapping[str, Any]]) -> str:
    """One sentence for the first of several faults in a request's parameters or body, and where the others are.

    >>> fault = {"type": "missing", "input": None}
    >>> validation_sentence([{**fault, "loc": ("query", name)} for name in ("from", "to")])
    '参数 from 必须给出(另有 1 处不对:to)。'
    """
    error = errors[0]
    place = [str(part) for part in error["loc"]]
    name = _name(error)
    where = "请求正文中的" if place[0] == "body" and len(place) > 1 else "参数 " if place[0] != "body" else ""
    kind = str(error["type"])
    remedy = _EXPECTED.get(kind) or _bounded(kind, error.get("ctx") or {})
    more = _others(errors, name)
    if kind in ("missing", "json_invalid"):
        return f"{where}{name} {remedy}{more}。"
    return f"{where}{name} 的值 {shown(error.get('input'))} 不对:{remedy}{more}。"


def _name(error: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in error["loc"][1:]) or "请求正文"


def _others(errors: Sequence[Mapping[str, Any]], first: str) -> str:
    """Where else something is wrong: a few of the names, each once, and how many there are."""
    names = [name for name in dict.fromkeys(_name(error) for error in errors) if name != first]
    if not names:
        return ""
    more = " 等" if len(names) > _MOST_NAMES else ""
    short = "、".join(f"{name[:_LONGEST_NAME]}…" if len(name) > _LONGEST_NAME else name for name in names[:_MOST_NAMES])
    return f"(另有 {len(names)} 处不对:{short}{more})"


def _bounded(kind: str, context: Mapping[str, Any]) -> str:
    told = {name: listed(value) if name == "expected" else value for name, value in context.items()}
    try:
        return _BOUNDED.get(kind, "类型或格式不符,请对照 /docs").format(**told)
    except KeyError:
        return "类型或格式不符,请对照 /docs"


def rule_sentence(table: str | None, constraint: str | None, column: str | None) -> str:
    """One sentence for a rule of the database that was broken.

    >>> rule_sentence("grid", "grid_code_form", None)
    '数据不合规则 grid_code_form:须符合规定的编码格式,请改正后再试。'
    """
    if column and not constraint:
        return f"字段 {table}.{column} 不可为空:请补上后再试。"
    rule = _RULES.get((constraint or "").rsplit("_", 1)[-1], "与数据库的约束不符")
    return f"数据不合规则 {constraint}:{rule},请改正后再试。"


def http_sentence(status: int, method: str, path: str, headers: Mapping[str, str]) -> str:
    """One sentence for a refusal by the framework itself."""
    if status == 404:
        return f"没有地址 {shown(path)}:可用的地址见 /docs。"
    if status == 405:
        return f"地址 {shown(path)} 不支持 {shown(method)}:可用 {headers.get('Allow', '')}。"
    if status == 413:
        return "请求正文超过了大小上限:请分成几次发送。"
    return "看不懂请求正文:请对照 /docs 检查格式与编码(UTF-8)。"
