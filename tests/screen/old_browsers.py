"""What a browser of Chromium 100 understands: syntax by a parser of that level, names by MDN's table of browsers."""

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import playwright
import tinycss2

CHECKS = Path(__file__).parents[2] / ".build" / "checks"
NODE = Path(playwright.__file__).parent / "driver" / "node"
LEVEL = 100
"""The Chromium core that offices still run."""
ECMASCRIPT = 2022
"""What that core understands of the language, and one year more it does not."""
_WALK = Path(__file__).with_name("old_browsers.js")


def parsed(scripts: list[str], *, module: bool = True) -> list[dict[str, Any]]:
    """Of each script why the parser refuses it; else the names it takes from objects or calls, and those it gives."""
    command = [NODE, _WALK, CHECKS / "acorn.js", str(ECMASCRIPT)]
    sent = json.dumps([{"text": text, "module": module} for text in scripts])
    done = subprocess.run(command, input=sent, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@cache
def browsers() -> dict[str, Any]:
    """MDN's table."""
    return json.loads((CHECKS / "browsers.json").read_text("utf-8"))


def since(compat: dict[str, Any]) -> float:
    """From which Chrome on something is understood without a prefix or a flag; infinity for never."""
    told = compat.get("__compat", {}).get("support", {}).get("chrome", [])
    plain = [
        one for one in (told if isinstance(told, list) else [told]) if not one.get("flags") and not one.get("prefix")
    ]
    found = [one["version_added"] for one in plain if isinstance(one.get("version_added"), str)]
    return min((float(version.lstrip("≤")) for version in found if version != "preview"), default=float("inf"))


@cache
def ages_of_names() -> dict[str, float]:
    """From which Chrome on a name, of whatever object, is there: the oldest of those that have it."""
    ages: dict[str, float] = {}
    for home in (browsers()["javascript"]["builtins"], browsers()["api"]):
        for name, thing in home.items():
            for known, compat in ((name, thing), *(item for item in thing.items() if item[0] != "__compat")):
                bare = known.removesuffix("_static")
                ages[bare] = min(ages.get(bare, float("inf")), since(compat))
    return ages


def too_new(names: list[str]) -> list[str]:
    """The names that no object of that core has; a name that MDN does not know is one of ours."""
    return sorted(name for name in names if ages_of_names().get(name, 0) > LEVEL)


def styles_too_new(text: str) -> list[str]:
    """What of a style sheet that core does not understand."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return [fault for rule in rules for fault in _faults(rule)]


def _faults(rule: Any) -> Iterator[str]:
    css = browsers()["css"]
    if rule.type == "error":
        yield f"line {rule.source_line}: {rule.message}"
    elif rule.type == "at-rule":
        yield from _old_enough(f"@{rule.at_keyword}", css["at-rules"].get(rule.at_keyword))
        if any(token.type == "literal" and token.value in "<>" for token in _tokens(rule.prelude)):
            yield f"@{rule.at_keyword} with < or >"
        if rule.content and rule.at_keyword in ("media", "supports", "layer"):
            for inner in tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True):
                yield from _faults(inner)
    else:
        yield from _selector_faults(tinycss2.serialize(rule.prelude))
        for part in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            yield from _declared(part) if part.type == "declaration" else (f"a rule in a rule: {part.type}",)


def _selector_faults(selector: str) -> Iterator[str]:
    for pseudo in re.findall(r"::?([a-z-]+)", selector):
        if not pseudo.startswith("-"):
            yield from _old_enough(f":{pseudo}", browsers()["css"]["selectors"].get(pseudo))


def _declared(declaration: Any) -> Iterator[str]:
    name = declaration.lower_name
    if name.startswith("-"):
        return
    known = browsers()["css"]["properties"].get(name)
    yield from _old_enough(name, known)
    for token in _tokens(declaration.value):
        value, found = _meant(token, known or {})
        if found and min(map(since, found)) > LEVEL:
            yield f"{name}: {value}"


def _meant(token: Any, known: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """A word, function or unit among a property's values, and what MDN's table says of it, wherever that is."""
    types = browsers()["css"]["types"]
    if token.type == "ident":
        return token.lower_value, [known[token.lower_value]] if token.lower_value in known else []
    if token.type == "function":
        return token.lower_name, [
            home[token.lower_name] for home in (known, *types.values()) if token.lower_name in home
        ]
    if token.type == "dimension" and (unit := re.match(r"([dsl])v|(cq)", token.lower_unit)):
        kind = "viewport_percentage_units_dynamic" if unit[1] else "container_query_length_units"
        return token.lower_unit, [types["length"][kind]]
    return "", []


def _tokens(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _tokens(getattr(token, "arguments", None) or getattr(token, "content", None) or [])


def _old_enough(name: str, compat: dict[str, Any] | None) -> Iterator[str]:
    if compat is None:
        yield f"{name}: nobody knows it"
    elif since(compat) > LEVEL:
        yield f"{name}: since {since(compat):.0f}"
