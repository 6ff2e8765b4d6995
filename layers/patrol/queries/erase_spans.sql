-- Keeps of which times a device's fixes are erased, so that they are known again: of the patrols that ended before an
-- instant, in runs without a pause of two hours.  before: an instant. Runs: while device and fixes are still there.
WITH meant AS MATERIALIZED (
    SELECT p.patrol_id, p.device, gen_random_uuid() AS salt
    FROM city.patrol AS p
    WHERE p.erased_at IS NULL AND COALESCE(p.ended_at, p.closed_at, p.made_at) < %(before)s::timestamptz
      AND p.device IS NOT NULL
      AND NOT EXISTS (SELECT FROM city.patrol_backlog AS b WHERE b.patrol_id = p.patrol_id)
),
every AS (
    SELECT f.patrol_id, f.time FROM city.fix AS f JOIN meant USING (patrol_id)
    UNION ALL
    SELECT f.patrol_id, f.time FROM city.fix_conflict AS f JOIN meant USING (patrol_id)
),
parted AS (
    SELECT e.patrol_id, e.time,
           e.time - lag(e.time, 1, e.time) OVER (PARTITION BY e.patrol_id ORDER BY e.time) > interval '2 hours' AS parts
    FROM every AS e
),
numbered AS (
    SELECT p.patrol_id, p.time,
           count(*) FILTER (WHERE p.parts) OVER (PARTITION BY p.patrol_id ORDER BY p.time) AS run
    FROM parted AS p
)
INSERT INTO city.erased_span (patrol_id, span, salt, digest)
SELECT m.patrol_id, tstzrange(min(n.time), max(n.time), '[]'), m.salt,
       encode(sha256(convert_to(m.salt::text || m.device, 'UTF8')), 'hex')
FROM numbered AS n JOIN meant AS m USING (patrol_id)
GROUP BY m.patrol_id, m.salt, m.device, n.run
