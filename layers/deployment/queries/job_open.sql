-- Jobs of a kind that wait, or that somebody began: the first asked for first.
SELECT j.{number} AS number, j.code, j.status, j.attempts, j.cancel_at,
       extract(epoch FROM clock_timestamp() - j.cancel_at)::double precision AS cancelled_s
FROM {table} AS j
WHERE j.status IN ('queued', %(doing)s) AND j.erased_at IS NULL
ORDER BY j.{number}
