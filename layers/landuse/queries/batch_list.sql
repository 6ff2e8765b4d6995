-- Batches, the newest first: of a person, or of all; made before the one of a number.
SELECT b.code, b.name, b.activity, b.as_of, b.known_at, b.asked, b.total, b.status, b.progress, b.fault, b.made_by, b.made_at,
       b.started_at, b.ended_at
FROM city.landuse_batch AS b
WHERE b.erased_at IS NULL
  AND (%(person)s::text IS NULL OR (b.made_by = %(person)s AND b.signed_in))
  AND (%(before)s::bigint IS NULL OR b.batch_id < %(before)s)
ORDER BY b.batch_id DESC
LIMIT %(most)s
