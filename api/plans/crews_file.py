"""The crews of a plan as a file that people write: crews.toml."""

import tomllib
from pathlib import Path
from typing import Any

from api.answers.bodies import meant
from api.plans.body import PlanBody
from layers.errors import BadFile, BadInput, NotFound

__all__ = ["read_crews_file"]

MOST_BYTES = 2**20
_KNOWN = ("crew", "options", "name")


def read_crews_file(path: Path) -> dict[str, Any]:
    """What a file says of a plan: `[[crew]]` tables as POST /plans takes them, `[options]`, and a `name`.

    Raises NotFound where there is no such file, BadFile where it is no TOML, BadInput for what it may not say.
    """
    try:
        data = path.read_bytes()[: MOST_BYTES + 1]
    except OSError as error:
        raise NotFound(f"读不到 {path}:{error.strerror}。") from error
    if len(data) > MOST_BYTES:
        raise BadFile(f"{path} 超过 1 MB:巡查组的文件不会这样大,请核对。")
    try:
        said = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFile(f"{path} 不是合法的 TOML({error}):写法见 api/README.md。") from error
    unknown = [name for name in said if name not in _KNOWN]
    if unknown:
        raise BadInput(f"{path} 里不认识 {unknown[0][:40]!r}:可写 [[crew]]、[options]、name。")
    names = {"crew": "crews"}
    return {names.get(name, name): value for name, value in said.items()}


def body_of(said: dict[str, Any]) -> PlanBody:
    """A plan's body of what was said; raises BadInput with one sentence for the first fault."""
    return meant(PlanBody, said)
