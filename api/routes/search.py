"""Search: what a place is called, its code, or the first letters of how it is read; whichever layer it is in."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.search.find import found
from layers.catalogue import ROLES
from layers.errors import BadInput

router = APIRouter(tags=["图层"])
MOST_FOUND = 100


@router.get("/search", summary="按名称、编码或拼音首字母查找要素")
def search(
    request: Request,
    reader: Annotated[Reader, require(*ROLES, open=Open.READ)],
    q: Annotated[str, Query(min_length=1, max_length=100, description="名称、编码或拼音,如 严西湖、yxh、yanxihu")],
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND, description="至多多少个")] = 20,
) -> JSONResponse:
    """The features of all layers that this reader may see which answer to a text, the best first.

    Best is a code that is the text, then a name that is it, begins with it, holds it, or is read like it, then a code
    that holds it; `matched` says which: code, name, begins, contains, read. Case and width of letters do not matter.
    Read by 拼音, all readings of a character count, by initials or by syllables of which the last may be unfinished.
    `within` is the community or street where the feature lies, to tell namesakes apart; `more` says that there are more
    than `limit`.
    """
    typed = " ".join(q.split())
    if not typed:
        raise BadInput("参数 q 是空的:请写要找的名称、编码或拼音首字母,如 yxh。")
    gate: Gate = request.app.state.gate
    seen = [layer for layer in gate.catalogue.values() if reader.may_read(layer)]
    with gate.database.transaction(reader) as connection:
        told = found(connection, seen, typed, limit, within=any(layer.id == "grid" for layer in seen))
    return JSONResponse({"q": typed, "features": told.features, "more": told.more})
