-- How many observations valid today stand in each state, of those that meet what is asked but for the state itself.
-- The conditions are those of listed.sql; each may be NULL.  CRS: in CRS84.
SELECT o.state, count(*) AS n
FROM city.observation_now AS o
WHERE (%(family)s::text IS NULL OR o.family = %(family)s)
  AND (%(kind)s::text IS NULL OR o.kind = %(kind)s)
  AND (%(grade)s::text IS NULL OR o.grade = %(grade)s)
  AND (%(post)s::text IS NULL OR o.post_code = %(post)s)
  AND (%(patrol)s::text IS NULL OR o.patrol_code = %(patrol)s)
  AND (%(overdue)s::boolean IS NULL OR COALESCE(o.state = 'handed' AND o.due_at < now(), false) = %(overdue)s)
  AND (%(words)s::text IS NULL
       OR strpos(lower(concat_ws(' ', o.code, o.name, o.place, o.note, o.reporter)), lower(%(words)s)) > 0)
  AND (%(start)s::timestamptz IS NULL OR o.found_at >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR o.found_at < %(end)s)
  AND (%(west)s::float8 IS NULL
       OR o.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, ST_SRID(o.geom)))
GROUP BY o.state
