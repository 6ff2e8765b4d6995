-- Ask a plan to stop: at once where nobody has begun, else whoever solves it is told.
UPDATE city.plan SET
    cancel_at = COALESCE(cancel_at, clock_timestamp()),
    status = CASE WHEN status = 'queued' THEN 'cancelled' ELSE status END,
    ended_at = CASE WHEN status = 'queued' THEN clock_timestamp() ELSE ended_at END
WHERE plan_id = %(plan_id)s
RETURNING status
