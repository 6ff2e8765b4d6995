-- Plans that wait to be solved, or that somebody began: the first asked for first.
SELECT p.plan_id, p.code, p.status, p.attempts, p.cancel_at,
       extract(epoch FROM clock_timestamp() - p.cancel_at)::double precision AS cancelled_s
FROM city.plan AS p
WHERE p.status IN ('queued', 'solving') AND p.erased_at IS NULL
ORDER BY p.plan_id
