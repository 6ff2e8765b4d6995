"""An event stream as an answer: broken off where nobody takes it."""

from collections.abc import AsyncIterator

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from api.limits import LIVE_STALLED_S
from api.live.hub import HEARTBEAT_S, Live
from api.live.stream import Stream

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""No proxy keeps any of it, nor waits until there is more."""


class LiveResponse(StreamingResponse):
    """Sends a stream until it ends, its reader goes, or takes nothing for too long."""

    media_type = "text/event-stream"

    def __init__(self, live: Live, stream: Stream) -> None:
        super().__init__(_sent(live, stream), headers=HEADERS)

    async def stream_response(self, send: Send) -> None:
        """Send it; one that stalls is left incomplete, for which the server closes the connection."""

        async def within(message: Message) -> None:
            with anyio.fail_after(LIVE_STALLED_S):
                await send(message)

        try:
            await super().stream_response(within)
        except TimeoutError:
            return


async def _sent(live: Live, stream: Stream) -> AsyncIterator[bytes]:
    try:
        async for text in stream.sent(HEARTBEAT_S, live.alive):
            yield text
    finally:
        live.close(stream)
