-- Begin a job that is held, where it is still wanted; its code, or no row.
UPDATE {table} SET
    status = %(doing)s, worker = %(worker)s, attempts = attempts + 1, started_at = clock_timestamp(), progress = NULL
WHERE {number} = %(number)s AND status IN ('queued', %(doing)s) AND cancel_at IS NULL AND erased_at IS NULL
RETURNING code
