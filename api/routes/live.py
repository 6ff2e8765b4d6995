"""What happens, as it happens: a stream of events for screens."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.live.hub import Live
from api.live.response import LiveResponse
from api.live.wanted import Wanted
from api.tiles.chosen import chosen_layers
from layers.catalogue import ROLES
from layers.crs import Bounds

router = APIRouter(tags=["实时"])
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]


@router.get(
    "/live",
    summary="实时事件流(SSE)",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def live(
    request: Request,
    reader: AnyReader,
    layers: Annotated[str | None, Query(max_length=1000, description="只要这些图层,用逗号分隔")] = None,
    bbox: Annotated[str | None, Query(max_length=200, description="只要此范围内的切片与发现:西,南,东,北(度)")] = None,
    after: Annotated[str | None, Query(max_length=100, description="已收到的最后一个事件的 id,从其后续传")] = None,
    last_event_id: Annotated[str | None, Header(max_length=100, description="同 after,浏览器自动带上,优先")] = None,
) -> Response:
    """What changes, told as it is committed, as Server-Sent Events; each has an id, and `at`, the time it was told.

    - `hello`: the stream has begun; what is shown may be asked for now, and nothing after it is missed.
    - `tiles`: tiles of `layer` that touch any of `boxes` (west, south, east, north; null: all) are to be fetched again.
      Who may not see every crew is told of `last_seen` once a minute, without boxes.
    - `positions`: as `GET /positions` tells it, whenever positions came in, at most once a second; that nothing comes
      any more shows in their `time` alone.
    - `patrol`: one was opened, ended, corrected or erased (`change`), as `GET /patrols` tells of it. Who is told of
      patrols by other names is told of none here.
    - `observation`: one is new, changed or settled, as `GET /observations` tells of it; without content and with
      `change` many where the list is to be asked for again.
    - `reset`: something was missed; fetch all anew.
    - `end`: the stream ends, with the reason. Come again; who may not any more is then told so.

    Every 15 seconds in which nothing else comes there is a comment, and beside it, since pages are not shown comments,
    an event `alive`. Who comes back with the id of the last event, which a browser does by itself, is told what was
    missed, or `reset` where that is not known any more.
    """
    gate: Gate = request.app.state.gate
    hub: Live = request.app.state.live
    box = Bounds.parse(bbox) if bbox is not None else None
    if layers is None:
        chosen = [layer for layer in gate.catalogue.values() if reader.may_read(layer)]
    else:
        chosen = chosen_layers(gate.catalogue, layers, reader)
    await hub.remembered(request, reader)
    return LiveResponse(hub, hub.open(request, reader, Wanted(chosen, box), last_event_id or after))
