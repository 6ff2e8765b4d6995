-- How far a batch is, for those who follow it: nothing of what it says.
SELECT b.code, b.status, b.progress, b.fault, b.total, b.changes, b.erased_at
FROM city.landuse_batch AS b
WHERE b.code = ANY (%(codes)s)
