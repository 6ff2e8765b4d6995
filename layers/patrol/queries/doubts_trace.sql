-- Keeps where a patrol passed when; the same again changes nothing.  cells: bigint[].  passed_s: Unix seconds.
INSERT INTO city.patrol_trace AS t (patrol_id, cells, passed_s)
VALUES (%(patrol_id)s, %(cells)s::bigint[], %(passed_s)s::double precision[])
ON CONFLICT (patrol_id) DO UPDATE SET cells = excluded.cells, passed_s = excluded.passed_s
WHERE (t.cells, t.passed_s) IS DISTINCT FROM (excluded.cells, excluded.passed_s)
