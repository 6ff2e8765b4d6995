-- Begin to solve a plan that is held, where it still wants that; its code, or no row.
UPDATE city.plan SET
    status = 'solving', worker = %(worker)s, attempts = attempts + 1, started_at = clock_timestamp(), progress = NULL
WHERE plan_id = %(plan_id)s AND status IN ('queued', 'solving') AND cancel_at IS NULL AND erased_at IS NULL
RETURNING code
