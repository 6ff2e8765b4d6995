-- The day that a patrol belongs to.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.patrol_day(started_at timestamptz, made_at timestamptz) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (COALESCE($1, $2) AT TIME ZONE d.timezone)::date FROM city.deployment AS d
$$;
COMMENT ON FUNCTION city.patrol_day(timestamptz, timestamptz) IS
    'The local day on which a patrol started, or was entered where it has no fixes.';
