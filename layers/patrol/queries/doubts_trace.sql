-- Keeps where a patrol passed when; the same again changes nothing.  cells: bigint[].  passed_s: Unix seconds.
-- course: bytea, see geo.tracks.honesty.course.
INSERT INTO city.patrol_trace AS t (patrol_id, cells, passed_s, course)
VALUES (%(patrol_id)s, %(cells)s::bigint[], %(passed_s)s::double precision[], %(course)s)
ON CONFLICT (patrol_id) DO UPDATE SET cells = excluded.cells, passed_s = excluded.passed_s, course = excluded.course
WHERE (t.cells, t.passed_s, t.course) IS DISTINCT FROM (excluded.cells, excluded.passed_s, excluded.course)
