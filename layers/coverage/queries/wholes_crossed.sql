-- The areas that some lines cross today, or did in any earlier version: what is seen of the lines inside them has changed.
-- {table}: the areas' view.  {lines}, {history}: the lines' table and its history.  codes: text[] of lines.
WITH crossing AS (
    SELECT l.geom FROM {lines} AS l WHERE l.code = ANY (%(codes)s::text[])
    UNION ALL
    SELECT h.geom FROM {history} AS h WHERE h.code = ANY (%(codes)s::text[])
)
SELECT DISTINCT t.code FROM crossing AS c JOIN {table} AS t ON t.geom && c.geom AND ST_Intersects(t.geom, c.geom)
