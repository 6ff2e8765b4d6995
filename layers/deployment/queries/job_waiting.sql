-- How many jobs of a kind are open: of one person, and of all. Whoever counts waits for who counts elsewhere.
SELECT count(*) FILTER (WHERE j.made_by = %(person)s) AS own, count(*) AS every
FROM (SELECT pg_advisory_xact_lock(hashtext(%(table)s || '.waiting'))) AS turn
LEFT JOIN {table} AS j ON j.status IN ('queued', %(doing)s) AND j.erased_at IS NULL
