-- Part of tile_part: the weightiest of {rows}, as many as {limit}.
SELECT c.* FROM (
    SELECT r.* FROM ({rows} OFFSET 0) AS r ORDER BY r.drawn_weight DESC NULLS LAST, r.id LIMIT {limit}
) AS c ORDER BY c.id
