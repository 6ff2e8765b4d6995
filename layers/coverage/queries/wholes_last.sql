-- When areas and points were last nominally seen by a patrol that started before the end of a period, be it before its start.
-- Parameters as in lines.sql; codes: text[].  The newest first, so that it stops at once; who was never seen has no row.
SELECT asked.code, newest.last_at AS last_seen
FROM unnest(%(codes)s::text[]) AS asked(code)
CROSS JOIN city.deployment AS d
CROSS JOIN (SELECT city.last_end(%(end)s::timestamptz) AS at) AS last_end
CROSS JOIN LATERAL (
    SELECT s.last_at
    FROM city.whole_sighting AS s
    WHERE s.layer = %(layer)s AND s.target_code = asked.code AND s.reach_m = %(reach_m)s::real AND s.bound = 'nominal'
      AND s.known_from <= COALESCE(%(known_at)s::timestamptz, 'infinity')
      AND (s.known_to IS NULL OR s.known_to > %(known_at)s::timestamptz)
      AND s.last_at <= last_end.at
      AND city.started_before(s.patrol_id, %(end)s::timestamptz, %(modes)s::text[], %(posts)s::text[])
      AND (%(from_s)s::integer[] IS NULL OR city.in_hours(
          s.first_at, s.last_at, d.timezone, %(from_s)s::integer[], %(to_s)s::integer[], %(weekdays)s::integer[]
      ))
    ORDER BY s.last_at DESC
    LIMIT 1
) AS newest
