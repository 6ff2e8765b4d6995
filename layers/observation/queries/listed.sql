-- Observations valid today, the newest first, as the acting person may see them.
-- Each condition may be NULL. start, end: found in this half-open period. after_at, after_id: the last one of the page
-- before. overdue: true for only what is handed over and late, false for the rest. states: any of these. words: text that
-- code, name, place, note or reporter hold, as the acting person sees them.  CRS: in CRS84, out in degrees.
SELECT o.id, o.code, o.name, o.family, o.kind, o.grade, o.source, o.found_at, o.place, o.note, o.reporter,
       o.patrol_code, o.state, o.post_code, o.due_at, o.settled_at, o.settled_by, o.provenance, o.known_from, o.made_by,
       ST_X(o.geom) AS lon, ST_Y(o.geom) AS lat, (extract(epoch FROM o.known_from) * 1000000)::bigint AS version,
       COALESCE(o.state = 'handed' AND o.due_at < now(), false) AS overdue,
       (SELECT count(*) FROM city.observation_photo AS p WHERE p.observation_id = o.id) AS photos
FROM city.observation_now AS o
WHERE (%(ids)s::bigint[] IS NULL OR o.id = ANY (%(ids)s::bigint[]))
  AND (%(code)s::text IS NULL OR o.code = %(code)s)
  AND (%(family)s::text IS NULL OR o.family = %(family)s)
  AND (%(kind)s::text IS NULL OR o.kind = %(kind)s)
  AND (%(grade)s::text IS NULL OR o.grade = %(grade)s)
  AND (%(states)s::text[] IS NULL OR o.state = ANY (%(states)s::text[]))
  AND (%(post)s::text IS NULL OR o.post_code = %(post)s)
  AND (%(patrol)s::text IS NULL OR o.patrol_code = %(patrol)s)
  AND (%(overdue)s::boolean IS NULL OR COALESCE(o.state = 'handed' AND o.due_at < now(), false) = %(overdue)s)
  AND (%(words)s::text IS NULL
       OR strpos(lower(concat_ws(' ', o.code, o.name, o.place, o.note, o.reporter)), lower(%(words)s)) > 0)
  AND (%(start)s::timestamptz IS NULL OR o.found_at >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR o.found_at < %(end)s)
  AND (%(west)s::float8 IS NULL
       OR o.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, ST_SRID(o.geom)))
  AND (%(after_at)s::timestamptz IS NULL OR (o.found_at, o.id) < (%(after_at)s, %(after_id)s))
ORDER BY o.found_at DESC, o.id DESC
LIMIT %(row_limit)s
