"""The printed answer of a land check over HTTP: what is read for it, and what the reader is told of it."""

from datetime import datetime
from urllib.parse import quote

from fastapi import Request, Response

from api.access.gate import Gate
from api.access.reader import Reader
from api.landuse.paper.around import read_around
from api.landuse.paper.printing import box_of, printed
from api.landuse.paper.words import Json
from api.sheets.answers import PRIVATE, named, zone_of
from api.sheets.ground import Ground
from api.sheets.plane import Box

__all__ = ["NOTICE", "document"]

NOTICE = "X-Huashan-Notice"
"""A sentence for who asked, in UTF-8 and percent signs: headers hold no Chinese."""


def document(request: Request, reader: Reader, answer: Json, wanted: str) -> Response:
    """The answer as 'docx', 'pdf', 'map', 'xlsx' or 'gpkg', marked with the reader's name and the time.

    Raises BadInput for another format. The database is done with before anything is drawn.
    """
    gate: Gate = request.app.state.gate
    ground: dict[Box, Ground] = {}
    with gate.database.transaction(reader) as connection:
        at = datetime.now(zone_of(connection))
        if wanted in ("docx", "pdf", "map"):
            box = box_of(answer)
            ground[box] = read_around(connection, answer, box)
    file = printed(
        answer, wanted, reader=reader.name, at=at, ground_of=lambda box: ground.get(box, ()), font=gate.settings.font
    )
    told = {NOTICE: quote(file.notice)} if file.notice else {}
    return Response(file.body, media_type=file.media, headers=PRIVATE | named(file.name) | told)
