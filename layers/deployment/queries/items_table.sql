-- A layer's features as rows of a table, in the order of their ids: for files.
-- {rows}: items_now or items_then, in which {condition} names the relation f;  {told}: columns of p, each after a comma;
-- {shape}: items_wkb or items_wkt;  after, skip, row_limit: as in items.
SELECT p.id, {shape} AS shape{told}
FROM (
    SELECT f.*
    FROM ({rows}) AS f
    WHERE {condition} AND f.id > %(after)s
    ORDER BY f.id
    LIMIT %(row_limit)s OFFSET %(skip)s
) AS p
ORDER BY p.id
