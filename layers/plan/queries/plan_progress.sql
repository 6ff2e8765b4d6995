-- Write down how far solving has come, and the best plan so far where one is given; whether to go on.
-- No row: the plan is not this worker's any more.
UPDATE city.plan SET progress = %(progress)s::jsonb, draft = COALESCE(%(draft)s::jsonb, draft)
WHERE code = %(code)s AND worker = %(worker)s AND status = 'solving'
RETURNING cancel_at IS NULL AS going_on
