-- Take out all that a batch says: its code stays, so that it can be told that it was erased.
WITH gone AS (DELETE FROM city.landuse_batch_outline WHERE batch_id = %(batch_id)s)
UPDATE city.landuse_batch SET
    erased_at = clock_timestamp(), erased_by = city.person(), name = NULL, asked = '{}', progress = NULL, fault = NULL,
    cancel_at = COALESCE(cancel_at, clock_timestamp()), made_by = '',
    status = CASE WHEN status IN ('queued', 'checking') THEN 'cancelled' ELSE status END
WHERE batch_id = %(batch_id)s
