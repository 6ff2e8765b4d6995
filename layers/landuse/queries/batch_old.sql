-- Batches that were kept for so many days, and of which something is left.
SELECT b.batch_id FROM city.landuse_batch AS b
WHERE b.erased_at IS NULL AND b.status NOT IN ('queued', 'checking')
  AND b.made_at < clock_timestamp() - %(days)s * interval '1 day'
ORDER BY b.batch_id
LIMIT 10
FOR UPDATE SKIP LOCKED
