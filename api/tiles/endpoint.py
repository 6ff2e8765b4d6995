"""The plain ASGI endpoint: tiles from memory, outside the framework's request path; everything else goes on."""

from starlette.types import ASGIApp, Receive, Scope, Send

from api.tiles.first import First

PREFIX = "/tiles/"


class TilesFirst:
    """Answers a tile that is in memory before any other layer of the application is asked.

    Around it stands nothing, so that what it sends has every header already.
    """

    def __init__(self, app: ASGIApp, first: First) -> None:
        self._app, self._first = app, first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass the request on."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(PREFIX):
            raw_path = scope.get("raw_path") or scope["path"].encode()
            answer = self._first.answer(raw_path.partition(b"?")[0], scope["query_string"], scope["headers"])
            if answer is not None:
                await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
                await send({"type": "http.response.body", "body": answer.body})
                return
        await self._app(scope, receive, send)
