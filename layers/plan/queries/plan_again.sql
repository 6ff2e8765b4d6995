-- A plan whose solving broke off waits again; forgiven: 1 where that does not count as an attempt.
UPDATE city.plan SET status = 'queued', worker = NULL, draft = NULL, progress = NULL, attempts = attempts - %(forgiven)s
WHERE plan_id = %(plan_id)s AND status = 'solving' AND worker = %(worker)s
RETURNING code
