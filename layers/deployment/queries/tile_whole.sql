-- Part of tile_part: all {rows}, if they are no more than `most`; one more says that there are.
-- In the order of their numbers, so that the same rows are the same bytes. OFFSET 0 has what is drawn of a row taken
-- before the sorting, which else carries whole rows with it.
SELECT r.* FROM ({rows} OFFSET 0) AS r ORDER BY r.id LIMIT %(most)s::bigint + 1
