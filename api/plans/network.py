"""INTERIM until api.network: roads and banks noded."""

import shapely

from api.sightings.targets import read_target
from geo.network.noding.rounds import node
from geo.network.ways import Ways


def read_plan_network(connection, catalogue, place):
    lines, kinds, layers, codes, verified = [], [], [], [], []
    rows = {r.code: r for r in connection.exec_driver_sql("select code, class from city.road_now").all()}
    for layer in ("road", "bank"):
        t = read_target(connection, catalogue[layer], place)
        for code, shape in zip(t.codes, t.shapes):
            for part in shapely.get_parts(shape):
                lines.append(part)
                layers.append(layer)
                codes.append(code)
                kinds.append(rows[code][1] if layer == "road" else "bank")
                verified.append(layer == "road")
    ways = Ways.of(lines, kinds, layer=layers, code=codes, verified=verified) if lines else Ways.of([], "path")
    net = node(ways)
    told = {
        "edges": len(net.way),
        "islands": None,
        "snapped": len(net.snapped.way),
        "closed": int(net.closed.sum()),
        "unverified_m": float(net.length_m[~net.verified].sum()),
    }
    return net, told
