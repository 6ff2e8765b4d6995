-- When a device's fixes were, of outings that were gathered and may be gathered anew, in order, as the body of a binary
-- COPY: microseconds since 1970, and the patrol.  late_s: Unix seconds of the first fix that came late.  gap_s: as in
-- patrol_near. From the start of the outing on that it may belong to, or else from it on: nothing before is told anew.
-- until_s: Unix seconds; of the outings that have a fix until then, all their fixes; of no others.
-- Neither erased outings nor those that somebody declared to be over.
COPY (
    WITH open AS (
        SELECT p.patrol_id
        FROM city.patrol AS p
        WHERE p.device = %(device)s AND p.gathered AND p.superseded_at IS NULL AND p.closed_at IS NULL
          AND p.erased_at IS NULL
    ),
    base AS (
        SELECT least(to_timestamp(%(late_s)s), min(f.time)) AS time
        FROM city.fix AS f
        WHERE f.patrol_id IN (
            SELECT n.patrol_id FROM city.fix AS n JOIN open USING (patrol_id)
            WHERE n.device = %(device)s
              AND n.time BETWEEN to_timestamp(%(late_s)s - %(gap_s)s) AND to_timestamp(%(late_s)s)
        )
    ),
    meant AS (
        SELECT DISTINCT n.patrol_id
        FROM city.fix AS n JOIN open USING (patrol_id)
        WHERE n.device = %(device)s
          AND n.time BETWEEN (SELECT b.time FROM base AS b) AND to_timestamp(%(until_s)s)
    )
    SELECT (extract(epoch FROM f.time) * 1000000)::bigint, f.patrol_id
    FROM city.fix AS f JOIN meant USING (patrol_id)
    WHERE f.device = %(device)s AND f.time >= (SELECT b.time FROM base AS b)
    ORDER BY f.time
) TO STDOUT WITH (FORMAT binary)
