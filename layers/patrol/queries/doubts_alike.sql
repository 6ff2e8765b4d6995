-- The traces of patrols that passed the same cells, the nearest in time first, at most so many, within so many days.
-- cells: bigint[].  start_s: Unix seconds.  also: bigint[], to be answered whatever they are.
-- The traces themselves are read once it is known of which: a bank may have been walked thousands of times.
WITH alike AS MATERIALIZED (
    SELECT t.patrol_id, t.patrol_id = ANY (%(also)s::bigint[]) AS also,
           abs(extract(epoch FROM p.started_at) - %(start_s)s) AS apart_s
    FROM city.patrol_trace AS t
    JOIN city.patrol AS p USING (patrol_id)
    WHERE t.patrol_id <> %(patrol_id)s
      AND (t.patrol_id = ANY (%(also)s::bigint[])
           OR t.cells && %(cells)s::bigint[]
           AND p.started_at BETWEEN to_timestamp(%(start_s)s) - %(days)s * interval '1 day'
                                AND to_timestamp(%(start_s)s) + %(days)s * interval '1 day')
    ORDER BY also DESC, apart_s, t.patrol_id
    LIMIT %(most)s
)
SELECT a.patrol_id, t.cells, t.passed_s, p.mode, p.started_at, p.ended_at, d.accuracy_m AS device_accuracy_m,
       extract(epoch FROM p.started_at)::double precision AS started_s
FROM alike AS a
JOIN city.patrol_trace AS t USING (patrol_id)
JOIN city.patrol AS p USING (patrol_id)
LEFT JOIN city.device_now AS d ON d.code = p.device
ORDER BY a.also DESC, a.apart_s, a.patrol_id
