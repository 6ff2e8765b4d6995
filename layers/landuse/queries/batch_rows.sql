-- Outlines of a batch with what they were answered, by number, after one; of one answer, of those that cannot be checked.
SELECT o.number, o.name, o.answer, o.fault, o.row
FROM city.landuse_batch_outline AS o
WHERE o.batch_id = %(batch_id)s AND o.number > %(after)s
  AND (%(only)s::text IS NULL OR o.answer = %(only)s OR (%(only)s = 'fault' AND o.fault IS NOT NULL))
ORDER BY o.number
LIMIT %(most)s
