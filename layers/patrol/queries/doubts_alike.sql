-- The traces of patrols that passed the same cells, the nearest in time first, at most so many, within so many days.
-- cells: bigint[].  start_s: Unix seconds.  also: bigint[], to be answered whatever they are.
-- Where few went the same way, all of them come by the index on cells. Elsewhere traces are looked at one by one, from
-- that time on and back from it, until there are enough: that is soon, and those of other years are never read. OFFSET 0
-- keeps it so.
WITH same_way AS MATERIALIZED (
    SELECT s.patrol_id FROM city.same_way(%(cells)s::bigint[], 4001) AS s (patrol_id)
),
few AS MATERIALIZED (
    SELECT count(*) <= 4000 AS are_few FROM same_way
),
found AS MATERIALIZED (
    SELECT p.patrol_id, p.started_at, false AS also
    FROM same_way JOIN city.patrol AS p USING (patrol_id)
    WHERE (SELECT are_few FROM few)
      AND p.started_at >= to_timestamp(%(start_s)s) - %(days)s * interval '1 day'
      AND p.started_at <= to_timestamp(%(start_s)s) + %(days)s * interval '1 day'
      AND p.patrol_id <> %(patrol_id)s AND p.patrol_id <> ALL (%(also)s::bigint[])
),
before AS MATERIALIZED (
    SELECT p.patrol_id, p.started_at, false AS also
    FROM city.patrol AS p
    CROSS JOIN LATERAL (
        SELECT FROM city.patrol_trace AS t
        WHERE t.patrol_id = p.patrol_id AND t.cells && %(cells)s::bigint[]
        OFFSET 0
    ) AS same_way
    WHERE NOT (SELECT are_few FROM few)
      AND p.started_at >= to_timestamp(%(start_s)s) - %(days)s * interval '1 day'
      AND p.started_at <= to_timestamp(%(start_s)s)
      AND p.patrol_id <> %(patrol_id)s AND p.patrol_id <> ALL (%(also)s::bigint[])
    ORDER BY p.started_at DESC
    LIMIT %(most)s
),
after AS MATERIALIZED (
    SELECT p.patrol_id, p.started_at, false AS also
    FROM city.patrol AS p
    CROSS JOIN LATERAL (
        SELECT FROM city.patrol_trace AS t
        WHERE t.patrol_id = p.patrol_id AND t.cells && %(cells)s::bigint[]
        OFFSET 0
    ) AS same_way
    WHERE NOT (SELECT are_few FROM few)
      AND p.started_at > to_timestamp(%(start_s)s)
      AND p.started_at <= to_timestamp(%(start_s)s) + %(days)s * interval '1 day'
      AND p.patrol_id <> %(patrol_id)s AND p.patrol_id <> ALL (%(also)s::bigint[])
    ORDER BY p.started_at
    LIMIT %(most)s
),
alike AS MATERIALIZED (
    SELECT b.patrol_id, b.also, abs(extract(epoch FROM b.started_at) - %(start_s)s) AS apart_s
    FROM (
        TABLE found
        UNION ALL
        TABLE before
        UNION ALL
        TABLE after
        UNION ALL
        SELECT p.patrol_id, p.started_at, true
        FROM city.patrol AS p JOIN city.patrol_trace AS t USING (patrol_id)
        WHERE p.patrol_id = ANY (%(also)s::bigint[]) AND p.patrol_id <> %(patrol_id)s
    ) AS b
    ORDER BY b.also DESC, apart_s, b.patrol_id
    LIMIT %(most)s
)
SELECT a.patrol_id, t.cells, t.passed_s, p.mode, p.started_at, p.ended_at, d.accuracy_m AS device_accuracy_m,
       extract(epoch FROM p.started_at)::double precision AS started_s
FROM alike AS a
JOIN city.patrol_trace AS t USING (patrol_id)
JOIN city.patrol AS p USING (patrol_id)
LEFT JOIN city.device_now AS d ON d.code = p.device
ORDER BY a.also DESC, a.apart_s, a.patrol_id
