-- All outlines of a batch have been looked at; no row where the batch is not this worker's any more.
UPDATE city.landuse_batch SET
    status = 'done', progress = %(progress)s::jsonb, fault = NULL, ended_at = clock_timestamp()
WHERE code = %(code)s AND worker = %(worker)s AND status = 'checking'
RETURNING code
