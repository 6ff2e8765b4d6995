-- In which zooms tiles of a layer have more features than a tile takes: how many tiles, and how many features one of
-- them lacks at most. Features are counted where they are named, each once; none where the layer has not that many.
-- {view}: the layer's view of today;  {place}: of f, a point in 3857;  low, high: the layer's zooms;  most: of one tile.
-- Where no tile of a zoom is crowded none of a deeper one is, so that it ends soon.
WITH RECURSIVE spot AS MATERIALIZED (
    SELECT ((ST_X(p.place) + 20037508.342789244) / 40075016.685578488) AS x,
           ((20037508.342789244 - ST_Y(p.place)) / 40075016.685578488) AS y
    FROM (SELECT ST_PointN(ST_BoundingDiagonal({place}), 1) AS place FROM {view} AS f) AS p
    WHERE (SELECT count(*) FROM {view}) > %(most)s
),
crowded AS (
    SELECT %(low)s::integer AS z, found.*
    FROM (
        SELECT count(*) AS tiles, max(t.features) - %(most)s AS left_out
        FROM (
            SELECT count(*) AS features FROM spot AS s
            GROUP BY floor(s.x * 2 ^ %(low)s::integer), floor(s.y * 2 ^ %(low)s::integer)
        ) AS t
        WHERE t.features > %(most)s
    ) AS found
    UNION ALL
    SELECT c.z + 1, found.*
    FROM crowded AS c, LATERAL (
        SELECT count(*) AS tiles, max(t.features) - %(most)s AS left_out
        FROM (
            SELECT count(*) AS features FROM spot AS s
            GROUP BY floor(s.x * 2 ^ (c.z + 1)), floor(s.y * 2 ^ (c.z + 1))
        ) AS t
        WHERE t.features > %(most)s
    ) AS found
    WHERE c.tiles > 0 AND c.z < %(high)s::integer
)
SELECT z, tiles, left_out FROM crowded WHERE tiles > 0 ORDER BY z
