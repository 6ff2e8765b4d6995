-- The smallest cells of the grid, those that no other lies in, by the codes that name their parents.
-- within: only those in this grid, itself where it is the smallest; NULL for all.
WITH believed AS (
    SELECT code, parent_code, valid_from, valid_to FROM city.grid
    WHERE %(known_at)s::timestamptz IS NULL OR known_from <= %(known_at)s
    UNION ALL
    SELECT code, parent_code, valid_from, valid_to FROM city.grid_history
    WHERE known_from <= %(known_at)s::timestamptz AND known_to > %(known_at)s
)
SELECT b.code, b.valid_from, b.valid_to, NULL::integer AS end_cm, NULL AS shape
FROM believed AS b
WHERE (%(within)s::text IS NULL OR starts_with(b.code, %(within)s))
  AND NOT EXISTS (SELECT FROM believed AS child WHERE child.parent_code = b.code)
ORDER BY b.code, b.valid_from
