-- Checks, the newest first.  made_by: of this person alone, NULL for everyone's;  before: older than this one.
SELECT c.code, c.name, c.activity, c.as_of, c.known_at, c.made_at, c.made_by, c.answer, c.area_m2, c.asked ->> 'source' AS source
FROM city.landuse_check AS c
WHERE (%(made_by)s::text IS NULL OR (c.made_by = %(made_by)s AND c.signed_in))
  AND (%(before)s::bigint IS NULL OR c.check_id < %(before)s)
ORDER BY c.check_id DESC
LIMIT %(most)s
