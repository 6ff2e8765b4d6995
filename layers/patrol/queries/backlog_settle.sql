-- Takes the batches of a patrol that are there now off the list, and adds what they did not store to its account.
-- Answers whether any of them touched its fixes: one that only repeats does not. What comes in meanwhile stays.
WITH taken AS (
    DELETE FROM city.patrol_backlog AS b
    WHERE b.backlog_id IN (
        SELECT one.backlog_id FROM city.patrol_backlog AS one WHERE one.patrol_id = %(patrol_id)s FOR UPDATE SKIP LOCKED
    )
    RETURNING b.fixes, b.not_stored
),
counted AS (
    SELECT n.key, n.value::bigint AS fixes FROM taken AS t, jsonb_each_text(t.not_stored) AS n
    UNION ALL
    SELECT n.key, n.value::bigint
    FROM city.patrol AS p, jsonb_each_text(p.not_stored) AS n WHERE p.patrol_id = %(patrol_id)s
),
noted AS (
    UPDATE city.patrol AS p
    SET not_stored = COALESCE(
        (SELECT jsonb_object_agg(s.key, s.fixes)
         FROM (SELECT c.key, sum(c.fixes) AS fixes FROM counted AS c GROUP BY c.key) AS s),
        '{}'
    )
    WHERE p.patrol_id = %(patrol_id)s AND EXISTS (SELECT FROM taken AS t WHERE t.not_stored <> '{}')
)
-- A batch that says nothing of itself tells that another patrol took fixes from this one.
SELECT COALESCE(bool_or(t.fixes > 0 OR t.not_stored = '{}'), false) AS touched FROM taken AS t
