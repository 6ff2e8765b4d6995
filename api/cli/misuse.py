"""A command typed wrongly, told as one sentence: what was typed, what it should be, where the help is.

Typer tells it in English, and in the words of programmers.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from typer import BadParameter
from typer._click.exceptions import BadOptionUsage, MissingParameter, NoArgsIsHelpError, NoSuchOption, UsageError
from typer.exceptions import TyperException

__all__ = ["NoArgsIsHelpError", "sentence"]

_LONGEST = 60
_EXPECTED = {
    "int_parsing": "整数",
    "int_parsing_size": "位数少一些的整数",
    "int_from_float": "整数",
    "float_parsing": "数字",
    "finite_number": "有限的数字",
    "greater_than_equal": "不小于 {ge:g} 的数",
    "less_than_equal": "不大于 {le:g} 的数",
}
"""What a value should be, by the name of the rule it breaks."""


def sentence(error: TyperException) -> str:
    """What is wrong with what was typed, and what to type instead."""
    told = _told(error)
    context = getattr(error, "ctx", None)
    return f"{told}用法:huashan {_usage(context)};{context.command_path} --help 说明每一项。" if context else told


def _told(error: TyperException) -> str:
    match error:
        case MissingParameter():
            return f"缺少 {_name(error.param)}({_meaning(error.param)})。"
        case BadParameter():
            return _misfit(error)
        case NoSuchOption():
            # The closest first; others only where two are about as close.
            like = "、".join(get_close_matches(error.option_name, error.possibilities or (), n=2, cutoff=0.75))
            return f"没有选项 {_short(error.option_name)!r}{f':是否要写 {like}?' if like else '。'}"
        case BadOptionUsage():
            needs = "后面要跟一个值" if "requires" in error.message else "不带值,请去掉等号及其后的部分"
            return f"选项 {_short(error.option_name)} {needs}。"
        case UsageError():
            return _misplaced(error)
    return f"命令看不懂:{error.format_message()}。"


def _misfit(error: BadParameter) -> str:
    """A value that is not what its option or argument takes."""
    faults: Sequence[Mapping[str, Any]] = getattr(error.__cause__, "errors", tuple)()
    fault = faults[0] if faults else {}
    expected = _EXPECTED.get(fault.get("type", ""), "").format(**fault.get("ctx", {}))
    if not expected and error.param and error.param.type_descriptor.is_datetime:
        expected = "日历上有的一天,写作 2026-01-31"
    value = f" {_short(str(fault['input']))!r}" if "input" in fault else ""
    return f"{_name(error.param)} 的值{value} 不对:应为{expected or f'别的值({error.message})'}。"


def _misplaced(error: UsageError) -> str:
    """A command that there is not, or more words than the command takes."""
    commands: Sequence[str] = getattr(error.ctx.command, "list_commands", lambda _: ())(error.ctx) if error.ctx else ()
    quoted = re.search(r"""['"](.*)['"]""" if commands else r" \((.*)\)$", error.message)
    typed = quoted[1] if quoted else error.message
    if not commands:
        return f"多出了 {_short(typed)!r}:含空格的值请加引号。"
    like = get_close_matches(typed, commands, n=1)
    return f"没有命令 {_short(typed)!r}:{f'是否要写 {like[0]}?' if like else ''}现有 {'、'.join(commands)}。"


def _usage(context: Any) -> str:
    return " ".join([*context.command_path.split()[1:], *context.command.collect_usage_pieces(context)])


def _name(param: Any) -> str:
    """As it is typed: '--valid-from' of an option, 'file' of an argument."""
    if param is None:
        return "参数"
    return str(param.name if param.param_type_name == "argument" else max(param.opts, key=len))


def _meaning(param: Any) -> str:
    """The Chinese half of its help."""
    return str(getattr(param, "help", None) or "").split(" · ")[0]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
