-- A batch by its code, and how many of its outlines have which answer; no row where there is none.
SELECT b.*, c.no, c.unknown, c.ask, c.yes, c.faults,
       (SELECT count(*) FROM city.landuse_batch AS o
        WHERE b.status = 'queued' AND o.status IN ('queued', 'checking') AND o.batch_id < b.batch_id) AS ahead
FROM city.landuse_batch AS b
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.answer = 'no') AS no, count(*) FILTER (WHERE o.answer = 'unknown') AS unknown,
           count(*) FILTER (WHERE o.answer = 'ask') AS ask, count(*) FILTER (WHERE o.answer = 'yes') AS yes,
           count(*) FILTER (WHERE o.fault IS NOT NULL) AS faults
    FROM city.landuse_batch_outline AS o WHERE o.batch_id = b.batch_id
) AS c
WHERE b.code = %(code)s
