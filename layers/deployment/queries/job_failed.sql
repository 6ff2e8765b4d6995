-- A job that cannot be done, with why; or one that was asked to stop before it had an answer: nothing failed then.
UPDATE {table} SET
    status = CASE WHEN cancel_at IS NULL THEN 'failed' ELSE 'cancelled' END,
    fault = CASE WHEN cancel_at IS NULL THEN %(fault)s::text END,
    ended_at = clock_timestamp()
WHERE {number} = %(number)s AND status IN ('queued', %(doing)s) AND (%(worker)s::text IS NULL OR worker = %(worker)s)
RETURNING status
