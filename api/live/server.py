"""The server's own end: streams do not end by themselves, and it waits for every answer before it stops."""

import socket

import uvicorn

from api.live.hub import Live


class LiveServer(uvicorn.Server):
    """Uvicorn, which ends the streams before it waits for what is under way."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then stop as usual."""
        self._live.end_all("平台正在停止")
        await super().shutdown(sockets)
