-- A job that broke off waits again; forgiven: 1 where that does not count as an attempt.
UPDATE {table} SET status = 'queued', worker = NULL, progress = NULL, attempts = attempts - %(forgiven)s
WHERE {number} = %(number)s AND status = %(doing)s AND worker = %(worker)s
RETURNING code
