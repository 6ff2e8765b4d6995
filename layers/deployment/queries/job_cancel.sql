-- Ask a job to stop: at once where nobody has begun, else whoever has it in hand is told.
UPDATE {table} SET
    cancel_at = COALESCE(cancel_at, clock_timestamp()),
    status = CASE WHEN status = 'queued' THEN 'cancelled' ELSE status END,
    ended_at = CASE WHEN status = 'queued' THEN clock_timestamp() ELSE ended_at END
WHERE {number} = %(number)s
RETURNING status
