-- Ranges of chainage of which nobody can tell whether they were seen before an instant, in metres; and the instant.
-- layer, codes: of the lines.  start: the period's; what was unknown only until then is no matter.
-- known_at: what was known at that instant, or NULL for now.
SELECT u.target_code AS code, lower(u.span) / 100.0 AS from_m, upper(u.span) / 100.0 AS to_m,
       extract(epoch FROM u.until)::double precision AS until_s
FROM city.unknown_span AS u
WHERE u.layer = %(layer)s AND u.target_code = ANY (%(codes)s::text[]) AND u.until >= %(start)s::timestamptz
  AND u.known_from <= COALESCE(%(known_at)s::timestamptz, 'infinity')
  AND (u.known_to IS NULL OR u.known_to > %(known_at)s::timestamptz)
ORDER BY u.target_code, u.span
