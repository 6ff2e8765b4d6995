"""DXF drawings as text, tag by tag."""

SQUARE = [(547000.0, 3382000.0), (547100.0, 3382000.0), (547100.0, 3382100.0), (547000.0, 3382100.0)]
"""Easting, northing."""


def tags(*pairs):
    return "".join(f"{code}\n{value}\n" for code, value in pairs)


def polyline(points=SQUARE, *, layer="红线", closed=True, bulges=None, paper=False):
    """A light polyline. bulges: the tangent of a quarter of each edge's arc, by the number of the edge."""
    given = [(0, "LWPOLYLINE"), (8, layer), *([(67, 1)] if paper else []), (90, len(points)), (70, int(closed))]
    for edge, (x, y) in enumerate(points):
        given += [(10, x), (20, y), *([(42, bulges[edge])] if edge in (bulges or {}) else [])]
    return tags(*given)


def old_polyline(points=SQUARE, *, layer="红线", closed=True):
    """A polyline with vertices of their own, and heights."""
    given = [(0, "POLYLINE"), (8, layer), (66, 1), (70, 8 + int(closed))]
    for x, y in points:
        given += [(0, "VERTEX"), (8, layer), (10, x), (20, y), (30, 25.5), (70, 32)]
    return tags(*given, (0, "SEQEND"), (8, layer))


def line(start, end, layer="红线"):
    return tags((0, "LINE"), (8, layer), (10, start[0]), (20, start[1]), (11, end[0]), (21, end[1]))


def sides(points=SQUARE, layer="红线"):
    return "".join(line(one, other, layer) for one, other in zip(points, [*points[1:], points[0]], strict=True))


def word(text="花山"):
    return tags((0, "TEXT"), (8, "字"), (10, 547000), (20, 3382000), (40, 3), (1, text))


def circle(radius=50.0, layer="圆"):
    return tags((0, "CIRCLE"), (8, layer), (10, 547000), (20, 3382000), (40, radius))


def hatch(points=SQUARE, layer="红线"):
    corners = [pair for x, y in points for pair in ((10, x), (20, y))]
    head = [(0, "HATCH"), (8, layer), (100, "AcDbHatch"), (10, 0), (20, 0), (30, 0), (210, 0), (220, 0), (230, 1)]
    path = [(2, "SOLID"), (70, 1), (71, 0), (91, 1), (92, 2), (72, 0), (73, 1), (93, len(points)), *corners, (97, 0)]
    return tags(*head, *path, (75, 0), (76, 1), (98, 0))


def block(name, inside):
    return tags((0, "BLOCK"), (8, "0"), (2, name), (70, 0), (10, 0), (20, 0)) + inside + tags((0, "ENDBLK"), (8, "0"))


def insert(name, x=0.0, y=0.0, *, scale=1.0, columns=1, rows=1):
    head = [(0, "INSERT"), (8, "0"), (2, name), (10, x), (20, y), (41, scale), (42, scale)]
    return tags(*head, (70, columns), (71, rows), (44, 1), (45, 1))


def drawing(body, *, blocks="", version="AC1015", page="ANSI_936", units=6):
    """A whole drawing of entities."""
    header = [(9, "$ACADVER"), (1, version), (9, "$DWGCODEPAGE"), (3, page), (9, "$INSUNITS"), (70, units)]
    parts = tags((0, "SECTION"), (2, "HEADER"), *header, (0, "ENDSEC"))
    parts += tags((0, "SECTION"), (2, "BLOCKS")) + blocks + tags((0, "ENDSEC")) if blocks else ""
    return parts + tags((0, "SECTION"), (2, "ENTITIES")) + body + tags((0, "ENDSEC"), (0, "EOF"))
