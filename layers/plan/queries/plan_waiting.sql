-- How many plans wait or are being solved: of one person, and of all. Whoever counts waits for who counts elsewhere.
SELECT count(*) FILTER (WHERE p.made_by = %(person)s) AS own, count(*) AS every
FROM (SELECT pg_advisory_xact_lock(hashtext('city.plan.waiting'))) AS turn
LEFT JOIN city.plan AS p ON p.status IN ('queued', 'solving') AND p.erased_at IS NULL
