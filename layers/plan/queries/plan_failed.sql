-- A plan that cannot be solved, with why; or one that was asked to stop, before it had an answer: nothing failed then.
UPDATE city.plan SET
    status = CASE WHEN cancel_at IS NULL THEN 'failed' ELSE 'cancelled' END, draft = NULL,
    fault = CASE WHEN cancel_at IS NULL THEN %(fault)s::text END,
    ended_at = clock_timestamp()
WHERE plan_id = %(plan_id)s AND status IN ('queued', 'solving') AND (%(worker)s::text IS NULL OR worker = %(worker)s)
RETURNING status
