-- The outlines that a grid has had, as they are or were believed to be.
WITH believed AS (
    SELECT code, valid_from, valid_to, geom FROM city.grid
    WHERE %(known_at)s::timestamptz IS NULL OR known_from <= %(known_at)s
    UNION ALL
    SELECT code, valid_from, valid_to, geom FROM city.grid_history
    WHERE known_from <= %(known_at)s::timestamptz AND known_to > %(known_at)s
)
SELECT ST_AsBinary(geom) AS area, valid_from, valid_to FROM believed WHERE code = %(code)s ORDER BY valid_from
