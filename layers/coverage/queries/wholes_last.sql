-- When areas and points were last nominally seen before the end of a period, be it before its start.
-- Parameters as in lines.sql; codes: text[].  The newest first, so that it stops at once; who was never seen has no row.
SELECT asked.code, least(newest.last_at, %(end)s::timestamptz) AS last_seen
FROM unnest(%(codes)s::text[]) AS asked(code)
CROSS JOIN city.deployment AS d
CROSS JOIN LATERAL (
    SELECT s.last_at
    FROM city.whole_sighting AS s
    WHERE s.layer = %(layer)s AND s.target_code = asked.code AND s.reach_m = %(reach_m)s::real AND s.bound = 'nominal'
      AND s.known_from <= COALESCE(%(known_at)s::timestamptz, 'infinity')
      AND (s.known_to IS NULL OR s.known_to > %(known_at)s::timestamptz)
      AND s.first_at < %(end)s::timestamptz
      AND (%(modes)s::text[] IS NULL AND %(posts)s::text[] IS NULL OR s.patrol_id IN (
          SELECT p.patrol_id FROM city.patrol AS p
          WHERE (%(modes)s::text[] IS NULL OR p.mode = ANY (%(modes)s::text[]))
            AND (%(posts)s::text[] IS NULL OR p.post_code = ANY (%(posts)s::text[]))
      ))
      AND (%(from_s)s::integer[] IS NULL OR city.in_hours(
          s.first_at, s.last_at, d.timezone, %(from_s)s::integer[], %(to_s)s::integer[], %(weekdays)s::integer[]
      ))
    ORDER BY s.last_at DESC
    LIMIT 1
) AS newest
