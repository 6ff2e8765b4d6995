-- How stored patrols are shared out for recomputing: by the local day on which they set out, and by the community.
-- Runs: on every deployment (replaces itself).  CRS: 4490.
CREATE OR REPLACE FUNCTION city.recompute_parts(start_at timestamptz, end_at timestamptz)
RETURNS TABLE (day date, area_code text, area_name text, patrol_ids bigint[], fixes bigint)
LANGUAGE sql STABLE AS $$
    WITH own AS (
        -- Three days on either side: no patrol lasts longer, and months far away are not read.
        SELECT f.patrol_id, min(f.time) AS first, count(*) AS fixes
        FROM city.fix AS f
        WHERE f.time >= COALESCE($1, '-infinity') - interval '3 days' AND f.time < COALESCE($2, 'infinity') + interval '3 days'
        GROUP BY f.patrol_id
    ),
    chosen AS (
        SELECT p.patrol_id, o.fixes, COALESCE(p.started_at, o.first) AS set_out_at,
               (SELECT COALESCE(ST_StartPoint(l.geom), l.geom) FROM city.leg AS l
                WHERE l.patrol_id = p.patrol_id ORDER BY l.leg_no LIMIT 1) AS place
        FROM own AS o JOIN city.patrol AS p USING (patrol_id)
        WHERE p.erased_at IS NULL
    )
    SELECT (c.set_out_at AT TIME ZONE d.timezone)::date, g.code, g.name, array_agg(c.patrol_id ORDER BY c.patrol_id),
           sum(c.fixes)::bigint
    FROM chosen AS c
    CROSS JOIN city.deployment AS d
    LEFT JOIN LATERAL (
        SELECT n.code, n.name FROM city.grid_now AS n
        WHERE n.level IN ('community', 'village') AND ST_Covers(n.geom, c.place)
        ORDER BY n.code LIMIT 1
    ) AS g ON true
    WHERE c.set_out_at >= COALESCE($1, '-infinity') AND c.set_out_at < COALESCE($2, 'infinity')
    GROUP BY 1, 2, 3
    ORDER BY 1, 2
$$;
COMMENT ON FUNCTION city.recompute_parts(timestamptz, timestamptz) IS
    'Patrols with fixes that set out in a half-open period (NULL for an open end), by the local day and the community '
    'or village in which their first leg begins; area_code NULL where that is none. Erased patrols are in no part.';
