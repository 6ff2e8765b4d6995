-- Write down how far a job has come; whether to go on. No row: the job is not this worker's any more.
UPDATE {table} SET progress = %(progress)s::jsonb
WHERE code = %(code)s AND worker = %(worker)s AND status = %(doing)s
RETURNING cancel_at IS NULL AS going_on
