-- Every sighting of some lines at a bound by the patrols of a period, in order of time: who saw which range of chainage when.
-- Parameters as in lines.sql; bound: 'sure', 'nominal' or 'possible'.  The patrol is told by the code that it was known by; named_id: its number.
SELECT s.target_code AS code, lower(s.span) / 100.0 AS from_m, upper(s.span) / 100.0 AS to_m,
       s.first_at, s.last_at, s.carried, COALESCE(named.code, p.code) AS patrol, p.patrol_id,
       COALESCE(named.patrol_id, p.patrol_id) AS named_id, p.mode, p.post_code AS post
FROM {sighting} AS s
JOIN city.patrols_out(%(start)s::timestamptz, %(end)s::timestamptz, %(modes)s::text[], %(posts)s::text[]) USING (patrol_id)
JOIN city.patrol AS p USING (patrol_id)
LEFT JOIN city.patrol AS named ON p.superseded_at IS NOT NULL AND named.code = city.code_then(p.code, p.superseded_at)
CROSS JOIN city.deployment AS d
WHERE s.layer = %(layer)s AND s.reach_m = %(reach_m)s::real AND s.bound = %(bound)s
  AND s.target_code = ANY (%(codes)s::text[])
  AND s.known_from <= COALESCE(%(known_at)s::timestamptz, 'infinity')
  AND (s.known_to IS NULL OR s.known_to > %(known_at)s::timestamptz)
  AND (%(from_s)s::integer[] IS NULL OR city.in_hours(
      s.first_at, s.last_at, d.timezone, %(from_s)s::integer[], %(to_s)s::integer[], %(weekdays)s::integer[]
  ))
ORDER BY s.first_at, s.span, s.sighting_id
