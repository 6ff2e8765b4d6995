-- A tile of any set of layers, in one statement: the layers' shapes and labels as MVT, what was drawn of each, and from
-- when on it would be drawn otherwise though nobody writes anything.
-- {parts}: tile_part for each layer, joined by UNION ALL;  {at}: the instant that it tells of.
-- z, x, y: the tile;  extent: into how many units its side is divided;  CRS: 3857.
-- The tile is widened by a 64th of its side, so that lines meet at its edge; degrees is the same box in 4490.
WITH t AS MATERIALIZED (
    SELECT b.*, {at} AS at, b.side / 512 AS pixel, b.extent / b.side AS k,
           ST_MakeEnvelope(
               degrees(ST_XMin(b.wide) / 6378137), degrees(atan(sinh(ST_YMin(b.wide) / 6378137))),
               degrees(ST_XMax(b.wide) / 6378137), degrees(atan(sinh(ST_YMax(b.wide) / 6378137))), 4490
           ) AS degrees
    FROM (
        SELECT a.*, ST_TileEnvelope(a.z, a.x, a.y) AS tile, ST_TileEnvelope(a.z, a.x, a.y, margin => 1.0 / 64) AS wide,
               ST_XMin(ST_TileEnvelope(a.z, a.x, a.y)) AS west, ST_YMax(ST_TileEnvelope(a.z, a.x, a.y)) AS north,
               512 * city.drawn_pixel(a.z) AS side
        FROM (
            SELECT %(z)s::integer AS z, %(x)s::integer AS x, %(y)s::integer AS y, %(extent)s::integer AS extent
        ) AS a
    ) AS b
),
part AS MATERIALIZED (
{parts}
),
-- A square over the whole tile for each layer that lacks something, because maps cannot read the headers of tiles.
lacking AS (
    SELECT ST_AsMVT(l, 'left_out', 4096, 'geom') AS data
    FROM (
        SELECT p.layer, p.drawn, p.found AS "of", ST_ForcePolygonCCW(ST_MakeEnvelope(0, 0, 4096, 4096)) AS geom
        FROM part AS p
        WHERE p.drawn < p.found
        ORDER BY p.place
    ) AS l
)
SELECT string_agg(COALESCE(p.shapes, '') || COALESCE(p.labels, ''), ''::bytea ORDER BY p.place)
           || COALESCE((SELECT l.data FROM lacking AS l), '') AS data,
       array_agg(p.drawn ORDER BY p.place) AS drawn,
       array_agg(p.found ORDER BY p.place) AS found,
       array_agg(COALESCE(octet_length(p.shapes), 0) ORDER BY p.place) AS bytes,
       least(min(p.drawn_until), date_trunc('day', now()) + interval '1 day') AS until
FROM part AS p
